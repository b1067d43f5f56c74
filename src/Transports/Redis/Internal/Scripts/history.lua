-- ARGV: consumer. Replies what this consumer has, per entry: stream, id, times delivered.
local out = {}
for i = 1, 4 do
  for _, p in ipairs(call('XPENDING', KEYS[i], G, '-', '+', 100000, ARGV[1])) do
    local o = #out
    out[o + 1], out[o + 2], out[o + 3] = i, p[1], p[4]
  end
end
return out
