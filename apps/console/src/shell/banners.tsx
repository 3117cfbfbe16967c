import { Button } from 'react-aria-components'
import { queryClient } from './calls.ts'
import { lostSince } from './connection.ts'
import { refreshSession, sessionState } from './session.ts'
import { useStore } from './store.ts'

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** What is wrong with all of the page rather than with a part of it. Nothing that was typed is lost meanwhile. */
export function Banners() {
  const since = useStore(lostSince)
  const state = useStore(sessionState)
  return (
    <div role="status" aria-live="polite">
      {since !== undefined && (
        <div className="banner">
          <span>No connection since {clock.format(since)}. What you see is from before.</span>
          <Button className="button" onPress={() => void queryClient.refetchQueries()}>
            Try again
          </Button>
        </div>
      )}
      {state.kind === 'ended' && (
        <div className="banner" data-kind="bad">
          <span>
            Your session has ended. Open another sign-in link in a new tab, then come back: this page stays as it is.
          </span>
          <Button
            className="button"
            onPress={() =>
              void refreshSession().then(
                () => queryClient.invalidateQueries(),
                () => {},
              )
            }
          >
            I have signed in
          </Button>
        </div>
      )}
    </div>
  )
}
