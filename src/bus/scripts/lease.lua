-- Takes or renews a lease, and says who has it.
--
--   KEYS[1]  lease    hash: holder, token
--   KEYS[2]  fence    string: the last token that was given out, for any lease
--
--   ARGV[1]  who asks
--   ARGV[2]  time to live, ms
--   ARGV[3]  a holder that is known to be gone, whose lease may be taken at once; or ''
--
-- Returns {1 when it is the asker's, holder, token}
--
-- A token is greater than every one before it, also after the last one was lost: it never stands below the time.

local held = redis.call('HMGET', KEYS[1], 'holder', 'token')
local holder, token = held[1], held[2]

if holder and holder ~= ARGV[1] and holder ~= ARGV[3] then
  return {0, holder, token}
end

if holder ~= ARGV[1] then
  local time = redis.call('TIME')
  local floor = (time[1] * 1000 + math.floor(time[2] / 1000)) * 1024
  local last = tonumber(redis.call('GET', KEYS[2]) or '0')
  token = string.format('%.0f', math.max(last + 1, floor))
  redis.call('SET', KEYS[2], token)
  redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'token', token)
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {1, ARGV[1], token}
