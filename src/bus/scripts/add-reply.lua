-- Adds a reply to the stream of its command, and tells the requester.
--
--   KEYS[1]  replies of the command: stream
--
--   ARGV[1]  host
--   ARGV[2]  status
--   ARGV[3]  reply: JSON
--   ARGV[4]  time to live of the stream, s
--   ARGV[5]  entries to keep, about
--   ARGV[6]  channel of the requester, or ''
--
-- Returns the id of the entry.

local id = redis.call(
  'XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*',
  'from', ARGV[1], 'status', ARGV[2], 'e', ARGV[3]
)
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[6] ~= '' then
  redis.pcall('PUBLISH', ARGV[6], ARGV[3])
end
return id
