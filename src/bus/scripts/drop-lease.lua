-- Gives a lease back, if it is still the asker's.
--
--   KEYS[1]  lease    hash: holder, token
--
--   ARGV[1]  who asks
--
-- Returns 1 when it was given back

if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
