<?php
// The small site with PHP's own sessions, and php.ini's defaults. A new id at sign-in, as the manual asks for.
$form = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>';
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$posts = $_SERVER['REQUEST_METHOD'] === 'POST';

function to(string $place): void
{
    header("Location: $place", true, 303);
}

if ($path === '/') {
    session_start();
    $visits = $_SESSION['visits'] ?? 0;
    $_SESSION['visits'] = $visits + 1;
    echo "<body><p>Visits: $visits <a href=\"/sign-in\">Sign in</a>";
} elseif ($path === '/sign-in' && $posts) {
    $name = $_POST['username'] ?? '';
    if (!in_array($name, ['ann', 'ben'], true) || ($_POST['password'] ?? '') !== "$name reads") {
        http_response_code(422);
        echo $form;
    } else {
        session_start();
        session_regenerate_id(true);
        $_SESSION['user'] = $name;
        to('/private');
    }
} elseif ($path === '/sign-in') {
    echo $form;
} elseif ($path === '/sign-out' && $posts) {
    session_start();
    $_SESSION = [];
    session_destroy();
    to('/');
} elseif ($path === '/private') {
    session_start();
    if (!isset($_SESSION['user'])) {
        to('/sign-in');
    } else {
        echo '<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>';
    }
} else {
    http_response_code(404);
}
