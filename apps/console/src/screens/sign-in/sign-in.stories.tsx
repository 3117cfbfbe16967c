import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'
import { Outcome } from './outcome.tsx'

export const stories: Stories = {
  'no access, with groups, hard names': {
    show: () => (
      <Outcome
        outcome={{
          code: 'NO_ACCESS',
          returnTo: '/',
          issuer: hardNames[2],
          contact: hardNames[1],
          name: hardNames[0],
          groups: hardNames,
          groupCount: 120,
        }}
      />
    ),
    ready: 'And 114 more.',
  },
  'no access, without groups': {
    show: () => <Outcome outcome={{ code: 'NO_ACCESS', returnTo: '/', groupCount: 0 }} />,
    ready: 'It named no groups of yours.',
  },
  'a provider that does not answer': {
    show: () => <Outcome outcome={{ code: 'AWAY', returnTo: '/', issuer: 'Acme' }} />,
    ready: 'Try again in a minute.',
  },
}
