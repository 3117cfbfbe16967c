import { Button } from 'react-aria-components'
import { queryClient } from './calls.ts'
import { lostSince } from './connection.ts'
import { refreshSession, sessionState } from './session.ts'
import { signInAddress } from './sign-in-choices.ts'
import { useSignInChoices } from './sign-in-ways.tsx'
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
          <SignInAgain />
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

/** The tab of the sign-in is another one, so that nothing that was typed here is lost. */
function SignInAgain() {
  const { data: choices } = useSignInChoices()
  const [issuer] = choices?.issuers ?? []
  if (issuer === undefined)
    return (
      <span>
        Your session has ended. Open another sign-in link in a new tab, then come back: this page stays as it is.
      </span>
    )
  return (
    <>
      <span>Your session has ended. Sign in in a new tab, then come back: this page stays as it is.</span>
      <a className="button" href={signInAddress(issuer.id, '/')} target="_blank" rel="noopener">
        Sign in with <bdi>{issuer.displayName}</bdi>
      </a>
    </>
  )
}
