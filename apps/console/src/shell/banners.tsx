import { Button } from 'react-aria-components'
import { language } from '../kit/language.ts'
import { queryClient } from './calls.ts'
import { lostSince } from './connection.ts'
import { refreshSession, sessionState } from './session.ts'
import { signInAddress } from './sign-in-choices.ts'
import { texts as signInTexts } from './sign-in-texts.ts'
import { useSignInChoices } from './sign-in-ways.tsx'
import { useStore } from './store.ts'
import { texts } from './texts.ts'

const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** Messages about problems of the whole page. Typed texts stay meanwhile. */
export function Banners() {
  const since = useStore(lostSince)
  const state = useStore(sessionState)
  return (
    <div role="status" aria-live="polite">
      {since !== undefined && (
        <div className="banner">
          <span>{texts.noConnection(clock.format(since))}</span>
          <Button className="button" onPress={() => void queryClient.refetchQueries()}>
            {texts.tryAgain}
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
            {texts.haveSignedIn}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Opens the sign-in in another tab, so that typed texts in this tab stay. */
function SignInAgain() {
  const { data: choices } = useSignInChoices()
  const [issuer] = choices?.issuers ?? []
  if (issuer === undefined) return <span>{texts.endedByLink}</span>
  return (
    <>
      <span>{texts.ended}</span>
      <a className="button" href={signInAddress(issuer.id, '/')} target="_blank" rel="noopener">
        {signInTexts.signInWith} <bdi>{issuer.displayName}</bdi>
      </a>
    </>
  )
}
