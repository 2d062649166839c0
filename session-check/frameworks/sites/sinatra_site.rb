# The small site in Sinatra, whose sessions are Rack's encrypted cookies.
require "sinatra"

set :bind, "127.0.0.1"
set :port, ENV.fetch("PORT")
set :environment, :production
set :sessions, true
set :session_secret, ENV.fetch("SECRET")
form = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>'

get("/") do
  visits = session[:visits] || 0
  session[:visits] = visits + 1
  "<body><p>Visits: #{visits} <a href=\"/sign-in\">Sign in</a>"
end
get("/sign-in") { form }
post("/sign-in") do
  name = params[:username]
  halt 422, form unless %w[ann ben].include?(name) && params[:password] == "#{name} reads"
  session[:user] = name
  redirect "/private", 303
end
post("/sign-out") do
  session.clear
  redirect "/", 303
end
get("/private") do
  redirect "/sign-in", 303 unless session[:user]
  '<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>'
end
