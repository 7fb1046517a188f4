-- A random key and a random path for each request, from two files with one a line.
--
--     wrk -s choose.lua URL -- KEYS PATHS
local keys, paths = {}, {}

local function read(name, list)
    for line in io.lines(name) do
        list[#list + 1] = line
    end
end

function init(args)
    read(args[1], keys)
    read(args[2], paths)
    for n, key in ipairs(keys) do
        keys[n] = { ["Host"] = "127.0.0.1", ["x-meeting-baas-api-key"] = key }
    end
    math.randomseed(os.time())
end

function request()
    return wrk.format("GET", paths[math.random(#paths)], keys[math.random(#keys)])
end
