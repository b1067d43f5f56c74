-- ARGV: consumer; then per delivery: stream, id, times delivered, length, key; sorted by stream and id. Replies with a letter per delivery: y settled, n not this consumer's, g gone.
local consumer, reply, bytes = ARGV[1], {}, 0

-- What this consumer has, of each stream from the first id to the last in one call; what is not among it is asked for alone.
local mineAt, first = {{}, {}, {}, {}}, 2
while first <= #ARGV do
  local last = first
  while ARGV[last + 5] == ARGV[first] do last = last + 5 end
  local count = (last - first) / 5 + 1
  if count > 2 then
    local stream = tonumber(ARGV[first])
    for _, p in ipairs(call('XPENDING', KEYS[stream], G, ARGV[first + 1], ARGV[last + 1], 2 * count + 16, consumer)) do mineAt[stream][p[1]] = p[4] end
  end
  first = last + 5
end

local ids, keys = {{}, {}, {}, {}}, {}
for a = 2, #ARGV, 5 do
  local stream, id = tonumber(ARGV[a]), ARGV[a + 1]
  local times = mineAt[stream][id]
  local mine
  if times then mine = times == tonumber(ARGV[a + 2]) else mine = owner(stream, id, consumer, tonumber(ARGV[a + 2])) end
  if mine then
    local list = ids[stream]
    list[#list + 1] = id
    bytes = bytes + ARGV[a + 3]
    if ARGV[a + 4] ~= '' then keys[#keys + 1] = ARGV[a + 4] end
  end
  reply[#reply + 1] = mine and 'y' or mine == nil and 'g' or 'n'
end
for stream = 1, 4 do
  if #ids[stream] > 0 then
    call('XACK', KEYS[stream], G, unpack(ids[stream]))
    call('XDEL', KEYS[stream], unpack(ids[stream]))
  end
end
for _, k in ipairs(keys) do free(k) end
if bytes > 0 then call('HINCRBY', KEYS[7], 'b', -bytes) end
room()
return table.concat(reply)
