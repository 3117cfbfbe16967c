import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { PageTitle } from '../../shell/page-title.tsx'
import { signIn } from '../../shell/session.ts'
import { signInCommand } from '../../shell/sign-in-command.ts'
import { SignInWays, useSignInChoices } from '../../shell/sign-in-ways.tsx'
import { Outcome } from './outcome.tsx'
import { texts } from './texts.ts'

/** The secret is removed from the address at once, so that it is in no history and no screenshot. */
const secret = location.hash.slice(1)
if (secret !== '') history.replaceState(history.state, '', location.pathname + location.search)
// Pasting another link into the address here does not load the page again.
addEventListener('hashchange', () => {
  if (location.hash.length > 1) location.reload()
})

/** The sign-in through a provider of the organisation, or by a link. */
export function SignIn() {
  const { data: choices, isPending } = useSignInChoices()
  if (secret !== '') return <SignInByLink />
  if (isPending) return null
  const hasProvider = choices !== undefined && (choices.issuers.length > 0 || choices.isNameNeeded)
  if (!hasProvider && choices?.outcome === undefined && !choices?.isAddressUnknown) return <SignInByLink />
  const outcome = choices?.outcome
  return (
    <main className="page-alone">
      {outcome === undefined ? <PageTitle>{texts.title}</PageTitle> : <Outcome outcome={outcome} />}
      {!window.isSecureContext && <p>{texts.needsHttps}</p>}
      <SignInWays returnTo={outcome?.returnTo ?? '/'} />
    </main>
  )
}

/** Signs in after a click, so that a link preview or a mail scanner does not use the link. */
function SignInByLink() {
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const go = async () => {
    if (isBusy) return
    setBusy(true)
    const found = await signIn(secret).catch(() => texts.noAnswer)
    setBusy(false)
    setProblem(found)
    if (found === undefined) await navigate({ to: '/' })
  }
  return (
    <main className="page-alone">
      <PageTitle>{texts.title}</PageTitle>
      {!window.isSecureContext && <p>{texts.needsHttps}</p>}
      {secret === '' ? (
        <p>{texts.noSecret}</p>
      ) : (
        <>
          <p>{texts.once}</p>
          <p>
            {/* Not `isPending`: the library would announce the name of a button that no longer exists. */}
            <Button className="button" data-kind="accent" onPress={() => void go()} autoFocus>
              {texts.button}
            </Button>
          </p>
        </>
      )}
      <p role="alert">{problem?.replace(/[^.]$/, '$&.')}</p>
      {(problem !== undefined || secret === '') && (
        <p>
          {texts.another} <code>{signInCommand}</code>
        </p>
      )}
    </main>
  )
}
