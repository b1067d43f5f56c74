-- ARGV: 1 for the delayed ones too, most to remove in this call. Replies how many. What is in flight stays, and keeps its ordering key.
local left, removed, bytes = tonumber(ARGV[2]), 0, 0

-- Those in line first: freeing a key below then brings nothing new.
for _, k in ipairs(call('HKEYS', KEYS[8])) do
  local line = KEYS[8] .. ':' .. k
  local waiting = call('LRANGE', line, 0, -1)
  for _, m in ipairs(waiting) do
    local _, _, _, b = cmsgpack.unpack(m)
    bytes = bytes + #b
  end
  if #waiting > 0 then
    call('DEL', line)
    call('HINCRBY', KEYS[7], 'w', -#waiting)
    removed = removed + #waiting
  end
end
for i = 1, 4 do
  local last
  for _, g in ipairs(call('XINFO', 'GROUPS', KEYS[i])) do
    local f = {}
    for j = 1, #g, 2 do f[g[j]] = g[j + 1] end
    if f.name == G then last = f['last-delivered-id'] end
  end
  while last and left > 0 do
    local entries = call('XRANGE', KEYS[i], '(' .. last, '+', 'COUNT', math.min(left, 500))
    if #entries == 0 then break end
    local ids = {}
    for j, entry in ipairs(entries) do
      local b, _, _, k = fields(entry[2])
      ids[j] = entry[1]
      bytes = bytes + #b
      free(k)
    end
    call('XDEL', KEYS[i], unpack(ids))
    removed = removed + #ids
    left = left - #ids
  end
end
if ARGV[1] == '1' then
  while left > 0 do
    local delayed = call('ZRANGE', KEYS[5], 0, math.min(left, 500) - 1)
    if #delayed == 0 then break end
    for _, m in ipairs(delayed) do
      local _, _, _, k, held, b = cmsgpack.unpack(string.sub(m, 17))
      bytes = bytes + #b
      if held == 1 then free(k) end
    end
    call('ZREM', KEYS[5], unpack(delayed))
    removed = removed + #delayed
    left = left - #delayed
  end
end
-- Duplicates of what was purged are new messages. Not first: a server that is out of memory lets a script that has removed something go on.
redis.pcall('HINCRBY', KEYS[7], 'purges', 1)
if bytes > 0 then call('HINCRBY', KEYS[7], 'b', -bytes) end
room()
return removed
