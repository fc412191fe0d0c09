import type { Call } from '../call.ts'
import { needSession } from '../session.ts'
import { storyText } from '../story-text.ts'

/** How services came to be as they are. */
export async function why({ words, options, place }: Call): Promise<number> {
  const { screen, clock } = place
  const session = await needSession(place)
  const result = await session.ask('why', words.length === 0 ? ['all'] : words, {})
  if (options.json === true) {
    screen.print(JSON.stringify(result))
    return 0
  }
  const look = { paint: screen.paint, now: clock.date() }
  screen.print(result.stories.map((story) => storyText(story, look)).join('\n\n'))
  return 0
}
