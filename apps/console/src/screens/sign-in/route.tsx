import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { PageTitle } from '../../shell/page-title.tsx'
import { signIn } from '../../shell/session.ts'
import { signInCommand } from '../../shell/sign-in-command.ts'
import { SignInWays, useSignInChoices } from '../../shell/sign-in-ways.tsx'
import { Outcome } from './outcome.tsx'
import { texts } from './texts.ts'

/** The secret is taken out of the address at once, so that no history and no screenshot keeps it. */
const secret = location.hash.slice(1)
if (secret !== '') history.replaceState(history.state, '', location.pathname + location.search)
// Another link that is pasted here loads no page by itself.
addEventListener('hashchange', () => {
  if (location.hash.length > 1) location.reload()
})

/** Signs in by a provider of the organisation, or by a link. */
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

/** It takes a click: a preview of the link, or a scanner of mails, does not use it up. */
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
            {/* Not `isPending`: the library would announce the name of a button that is gone by then. */}
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
