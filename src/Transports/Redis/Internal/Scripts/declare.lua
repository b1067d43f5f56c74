-- Creates what is not there and changes nothing that is. Consumers that have nothing and were not seen for a day are forgotten; never one that has something.
for i = 1, 4 do
  local groups, there = redis.pcall('XINFO', 'GROUPS', KEYS[i]), false
  for _, g in ipairs(groups) do there = there or g[2] == G end
  if not there then call('XGROUP', 'CREATE', KEYS[i], G, '0', 'MKSTREAM') end
  for _, c in ipairs(call('XINFO', 'CONSUMERS', KEYS[i], G)) do
    local f = {}
    for j = 1, #c, 2 do f[c[j]] = c[j + 1] end
    if f.pending == 0 and f.idle > 86400000 then call('XGROUP', 'DELCONSUMER', KEYS[i], G, f.name) end
  end
end
keep()
return 1
