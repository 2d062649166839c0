-- wrk: each request takes the next of the cookies in the file COOKIES. Each thread has half of them, so that no
-- cookie is in two requests at once: 100 cookies go round among a thread's 32 connections.

local threads = 0

function setup(thread)
    thread:set("half", threads)
    threads = threads + 1
end

function init()
    cookies, turn = {}, 0
    local number = 0
    for line in io.lines(os.getenv("COOKIES")) do
        if number % 2 == half then cookies[#cookies + 1] = line end
        number = number + 1
    end
end

function request()
    turn = turn % #cookies + 1
    return wrk.format("GET", os.getenv("PAGE"), { Cookie = cookies[turn] })
end
