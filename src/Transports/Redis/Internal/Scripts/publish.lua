-- ARGV: capacity, capacity in bytes, window of duplicates (ms), count; then per message: class (+10: beyond the capacity), not before, expires (microseconds, 0 for none), key, id, bytes.
-- Replies with a letter per message: a accepted, d there already, f full.
local capacity, capacityBytes, window, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local meta = call('HMGET', KEYS[7], 'w', 'b', 'purges')
local n = call('XLEN', KEYS[1]) + call('XLEN', KEYS[2]) + call('XLEN', KEYS[3]) + call('XLEN', KEYS[4]) + call('ZCARD', KEYS[5]) + (tonumber(meta[1]) or 0)
local bytes = tonumber(meta[2]) or 0
if n == 0 then bytes = 0 end
local before, t = bytes, nil
if n + count > capacity then n = n - pending() end
local reply, full = {}, false
for i = 1, count do
  local a = 5 + (i - 1) * 6
  local class, due, expires, key, id, b = tonumber(ARGV[a]), ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5]
  local followUp = class > 10
  if followUp then class = class - 10 end
  if not followUp and (full or n >= capacity or bytes + #b > capacityBytes) then
    -- Those behind it wait too: a smaller one does not overtake.
    full = true
    reply[i] = 'f'
  elseif window > 0 and not call('SET', KEYS[7] .. ':dd:' .. (meta[3] or '0') .. ':' .. id, '', 'NX', 'PX', window) then
    reply[i] = 'd'
  else
    n = n + 1
    bytes = bytes + #b
    reply[i] = 'a'
    if due ~= '0' then
      t = t or now()
      if tonumber(due) <= t then due = '0' end
    end
    if due ~= '0' then
      delay(tonumber(due), class, b, 0, tonumber(expires), key, 0)
    else
      add(class, b, 0, expires == '0' and 0 or tonumber(expires), key)
    end
  end
end
if before == 0 then call('HSET', KEYS[7], 'b', bytes) elseif bytes ~= before then call('HINCRBY', KEYS[7], 'b', bytes - before) end
if full then call('HSET', KEYS[7], 'f', 1) end
keep()
return table.concat(reply)
