-- ARGV: consumer; then per delivery: stream, id, times delivered. Replies like acknowledge. JUSTID resets the idle time and leaves the count alone.
local consumer, reply = ARGV[1], {}
for a = 2, #ARGV, 3 do
  local stream, id = tonumber(ARGV[a]), ARGV[a + 1]
  local mine = owner(stream, id, consumer, tonumber(ARGV[a + 2]))
  if mine then call('XCLAIM', KEYS[stream], G, consumer, 0, id, 'JUSTID') end
  reply[#reply + 1] = mine and 'y' or mine == nil and 'g' or 'n'
end
return table.concat(reply)
