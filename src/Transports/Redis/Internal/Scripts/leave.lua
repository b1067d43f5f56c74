-- ARGV: consumer. Forgets the consumer where it has nothing: the pending entries of a deleted consumer could never be claimed again.
for i = 1, 4 do
  if #call('XPENDING', KEYS[i], G, '-', '+', 1, ARGV[1]) == 0 then call('XGROUP', 'DELCONSUMER', KEYS[i], G, ARGV[1]) end
end
return 1
