-- Put in front of every script. KEYS: 1 given back, 2 high, 3 normal, 4 low (streams), 5 delayed (sorted set), 6 dead letters (stream), 7 meta (hash), 8 held ordering keys (hash).
-- An entry: b bytes; and where it has them: n deliveries before this entry, e expiry (microseconds), k ordering key, p its class (2, 3, 4; in the stream of those given back).
-- Scripts are atomic and not transactional: what can fail is looked at first, what is written is written last.
local call, G = redis.call, 'hp'

local function now()
  local t = call('TIME')
  return t[1] * 1000000 + t[2]
end

local function fields(list)
  if #list == 2 then return list[2], 0, 0, '', nil end
  local f = {}
  for i = 1, #list, 2 do f[list[i]] = list[i + 1] end
  return f.b, tonumber(f.n or 0), tonumber(f.e or 0), f.k or '', tonumber(f.p)
end

-- Appends to a stream what can be delivered. Numbers are printed in full: Lua's own way loses digits of microseconds.
local function append(stream, b, n, e, k, p)
  if n == 0 and e == 0 and k == '' and not p then
    call('XADD', KEYS[stream], '*', 'b', b)
    return
  end
  local a = {'XADD', KEYS[stream], '*', 'b', b}
  if n ~= 0 then a[#a + 1] = 'n'; a[#a + 1] = string.format('%.0f', n) end
  if e ~= 0 then a[#a + 1] = 'e'; a[#a + 1] = string.format('%.0f', e) end
  if k ~= '' then a[#a + 1] = 'k'; a[#a + 1] = k end
  if p then a[#a + 1] = 'p'; a[#a + 1] = p end
  call(unpack(a))
end

-- Ready, or in line behind the holder of its ordering key.
local function add(class, b, n, e, k)
  if k ~= '' and call('HSETNX', KEYS[8], k, 1) == 0 then
    call('RPUSH', KEYS[8] .. ':' .. k, cmsgpack.pack(class, n, e, b))
    call('HINCRBY', KEYS[7], 'w', 1)
  else
    append(class, b, n, e, k)
  end
end

-- Not before an instant. The number in front keeps the order among equal instants.
local function delay(due, class, b, n, e, k, held)
  local s = call('HINCRBY', KEYS[7], 's', 1)
  call('ZADD', KEYS[5], string.format('%.0f', due), string.format('%016x', s) .. cmsgpack.pack(class, n, e, k, held, b))
end

-- The holder of an ordering key is done.
local function free(k)
  if k == '' then return end
  local next = call('LPOP', KEYS[8] .. ':' .. k)
  if next then
    local class, n, e, b = cmsgpack.unpack(next)
    call('HINCRBY', KEYS[7], 'w', -1)
    append(class, b, n, e, k)
  else
    call('HDEL', KEYS[8], k)
  end
end

-- Makes a dead letter, unless they are full: then it is held back for later, because dropping it or another one would lose it without a record.
local function bury(class, b, n, e, k, reason, description, max, retry)
  if call('XLEN', KEYS[6]) >= max then
    delay(now() + retry * 1000, class, b, n, 0, k, k ~= '' and 1 or 0)
    call('HINCRBY', KEYS[7], 'refused', 1)
    return false
  end
  call('XADD', KEYS[6], '*', 'b', b, 'r', reason, 'd', description, 'n', string.format('%.0f', n), 'p', class, 'k', k)
  call('HINCRBY', KEYS[7], 'b', -#b)
  free(k)
  return true
end

-- How often an entry was delivered, if this consumer has it; false if somebody else has it or has it again; nil if nobody has.
local function owner(stream, id, consumer, times)
  local p = call('XPENDING', KEYS[stream], G, id, id, 1)[1]
  if not p then return nil end
  return p[2] == consumer and p[4] == times
end

local function remove(stream, id)
  call('XACK', KEYS[stream], G, id)
  call('XDEL', KEYS[stream], id)
end

local function pending()
  local n = 0
  for i = 1, 4 do n = n + call('XPENDING', KEYS[i], G)[1] end
  return n
end

-- The queue of results of a process ends when nobody used it for ten minutes.
local function keep()
  local digits = string.match(KEYS[7], ':replies%-(%x+)}:m$')
  if digits and #digits == 16 then
    for i = 1, 8 do call('PEXPIRE', KEYS[i], 600000) end
  end
end

-- Tells publishers that wait, if any said that they do. A user without rights on channels polls.
local function room()
  if call('HDEL', KEYS[7], 'f') == 1 then redis.pcall('PUBLISH', KEYS[7] .. ':room', '') end
end
