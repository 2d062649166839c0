"""Runs what the decks say about Django, and about the clients that visit a site, and says of each claim whether it held.

    python3 -m venv target/django
    target/django/bin/pip install -r tests/django/requirements.txt
    target/django/bin/python tests/django/run.py

`run.py deck_05` runs the claims of one deck. The status is 1 if a claim did not hold. `cargo test` does not run this,
because it needs nothing but Rust.
"""

import logging
import sys
import unittest

import site_under_test  # Configures Django, so it comes before everything that asks for a setting.


class Told(unittest.TestResult):
    """Prints a line for each claim, and the reason below one that did not hold."""

    def addSuccess(self, test):
        print(f"held      {test.shortDescription()}")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        print(f"NOT HELD  {test.shortDescription()}\n          {type(error[1]).__name__}: {error[1]}")

    addError = addFailure

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"not run   {test.shortDescription()}\n          {reason}")


def main():
    logging.disable()  # Django logs each 400 and each 500, and here many are wanted.
    site_under_test.make_tables()
    pattern = f"{sys.argv[1]}*.py" if len(sys.argv) > 1 else "deck_*.py"
    claims = unittest.defaultTestLoader.discover(site_under_test.HERE, pattern)
    told = claims.run(Told())
    broken = len(told.failures)
    print(f"{told.testsRun - broken - len(told.skipped)} held, {broken} did not, {len(told.skipped)} were not run")
    sys.exit(broken > 0 or told.testsRun == 0)


main()
