-- ARGV: most. Puts the oldest dead letters back with a new count and without an expiry; replies how many.
local letters = call('XRANGE', KEYS[6], '-', '+', 'COUNT', ARGV[1])
local bytes = 0
for _, entry in ipairs(letters) do
  local b, _, _, k, p = fields(entry[2])
  call('XDEL', KEYS[6], entry[1])
  add(p or 3, b, 0, 0, k)
  bytes = bytes + #b
end
if bytes > 0 then call('HINCRBY', KEYS[7], 'b', bytes) end
return #letters
