-- KEYS: a group. ARGV: member, value, lifetime (ms). Replies how many members there are; one that is there keeps its first value. The group lives from its latest new member.
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 and redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return redis.call('HLEN', KEYS[1])
