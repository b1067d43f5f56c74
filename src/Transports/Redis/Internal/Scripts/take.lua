-- ARGV: consumer, how many, lease (ms), 1 to look for lapsed leases, credits of high, normal, low, most dead letters, wait when those are full (ms).
-- Replies: credits of the three, microseconds until the next delayed one is due (-1: none), entries that were in flight and are gone; then per message: id, bytes, and its stream where
-- that says all, else the text "stream times-delivered deliveries-before key".
local consumer, need, lease, scan = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local credit = {[2] = tonumber(ARGV[5]), [3] = tonumber(ARGV[6]), [4] = tonumber(ARGV[7])}
local maxDead, retry = tonumber(ARGV[8]), tonumber(ARGV[9])
local t = now()
local out, gone = {0, 0, 0, -1, 0}, 0

-- What is due becomes ready.
local due = call('ZRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', t), 'LIMIT', 0, 100)
for _, m in ipairs(due) do
  local class, n, e, k, held, b = cmsgpack.unpack(string.sub(m, 17))
  call('ZREM', KEYS[5], m)
  if e > 0 and e <= t then
    if held == 0 then k = '' end
    bury(class, b, n, e, k, 5, 'Its time was over before it was delivered.', maxDead, retry)
  elseif held == 1 then
    append(class, b, n, e, k)
  else
    add(class, b, n, e, k)
  end
end

-- One entry for the consumer; what expired ends instead.
local function deliver(stream, id, list, times)
  local b, n, e, k, p = fields(list)
  if e > 0 and e <= t then
    remove(stream, id)
    bury(p or stream, b, n + times - 1, e, k, 5, 'Its time was over before it was delivered.', maxDead, retry)
    return
  end
  need = need - 1
  local o = #out
  local what = stream
  if n ~= 0 or times ~= 1 or k ~= '' then what = string.format('%d %d %d %s', stream, times, n, k) end
  out[o + 1], out[o + 2], out[o + 3] = id, b, what
end

if scan then
  for i = 1, 4 do
    if need > 0 and call('XPENDING', KEYS[i], G)[1] > 0 then
      -- Where the last look ended, by whomever.
      local cursor = call('HGET', KEYS[7], 'c' .. i) or '0-0'
      local r = call('XAUTOCLAIM', KEYS[i], G, consumer, lease, cursor, 'COUNT', math.min(need, 100))
      if r[1] ~= cursor then call('HSET', KEYS[7], 'c' .. i, r[1]) end
      for _, entry in ipairs(r[2]) do
        local p = call('XPENDING', KEYS[i], G, entry[1], entry[1], 1)[1]
        deliver(i, entry[1], entry[2], p and p[4] or 1)
      end
      gone = gone + #r[3]
    end
  end
end

-- True while the stream may have more.
local function read(stream, count)
  local r = call('XREADGROUP', 'GROUP', G, consumer, 'COUNT', count, 'STREAMS', KEYS[stream], '>')
  if not r then return false, 0 end
  local entries = r[1][2]
  for _, entry in ipairs(entries) do deliver(stream, entry[1], entry[2], 1) end
  return #entries == count, #entries
end

local more = true
while need > 0 and more do more = read(1, need) end

-- 8 : 4 : 1. A class that has nothing leaves its share to the others.
local has = {[2] = true, [3] = true, [4] = true}
while need > 0 and (has[2] or has[3] or has[4]) do
  local alone = (has[2] and 1 or 0) + (has[3] and 1 or 0) + (has[4] and 1 or 0) == 1
  local served = false
  for class = 2, 4 do
    while need > 0 and has[class] and (credit[class] > 0 or alone) do
      local got
      served = true
      has[class], got = read(class, alone and need or math.min(credit[class], need))
      credit[class] = math.max(0, credit[class] - got)
    end
  end
  if not served then credit[2], credit[3], credit[4] = 8, 4, 1 end
end

out[1], out[2], out[3], out[5] = credit[2], credit[3], credit[4], gone
local first = call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')
if first[2] then out[4] = math.max(0, tonumber(first[2]) - t) end
room()
if scan then keep() end
return out
