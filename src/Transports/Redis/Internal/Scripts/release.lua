-- ARGV: consumer; then per delivery: stream, id, times delivered, delay (ms), 1 if the delivery counts. Replies like acknowledge.
local consumer, reply = ARGV[1], {}
for a = 2, #ARGV, 5 do
  local stream, id, times = tonumber(ARGV[a]), ARGV[a + 1], tonumber(ARGV[a + 2])
  local mine = owner(stream, id, consumer, times)
  if mine then
    local entry = call('XRANGE', KEYS[stream], id, id)[1]
    remove(stream, id)
    if entry then
      local b, n, e, k, p = fields(entry[2])
      n = n + times - (ARGV[a + 4] == '1' and 0 or 1)
      local wait = tonumber(ARGV[a + 3])
      if wait > 0 then
        delay(now() + wait * 1000, p or stream, b, n, e, k, k ~= '' and 1 or 0)
      else
        append(1, b, n, e, k, p or stream)
      end
    end
  end
  reply[#reply + 1] = mine and 'y' or mine == nil and 'g' or 'n'
end
room()
return table.concat(reply)
