-- ARGV: consumer, stream, id, times delivered, reason, description, most dead letters, wait when those are full (ms), 1 if this
-- delivery counts. Replies like acknowledge; r: they were full, it is delayed.
local stream, id, times = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local mine = owner(stream, id, ARGV[1], times)
if not mine then return mine == nil and 'g' or 'n' end
local entry = call('XRANGE', KEYS[stream], id, id)[1]
remove(stream, id)
local buried = true
if entry then
  local b, n, e, k, p = fields(entry[2])
  buried = bury(p or stream, b, n + times - (ARGV[9] == '1' and 0 or 1), e, k, ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]))
end
room()
return buried and 'y' or 'r'
