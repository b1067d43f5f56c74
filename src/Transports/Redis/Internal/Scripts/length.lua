-- Replies: ready, delayed, in flight, dead, age of the oldest ready one in ms (-1: none).
local t = now()
local ready, flying, oldest = 0, pending(), -1
for i = 1, 4 do
  ready = ready + call('XLEN', KEYS[i])
  for _, g in ipairs(call('XINFO', 'GROUPS', KEYS[i])) do
    local f = {}
    for j = 1, #g, 2 do f[g[j]] = g[j + 1] end
    if f.name == G then
      local first = call('XRANGE', KEYS[i], '(' .. f['last-delivered-id'], '+', 'COUNT', 1)[1]
      if first then oldest = math.max(oldest, math.max(0, t / 1000 - tonumber(string.match(first[1], '^%d+')))) end
    end
  end
end
local due = call('ZCOUNT', KEYS[5], '-inf', string.format('%.0f', t))
ready = ready - flying + due + (tonumber(call('HGET', KEYS[7], 'w')) or 0)
return {ready, call('ZCARD', KEYS[5]) - due, flying, call('XLEN', KEYS[6]), math.floor(oldest)}
