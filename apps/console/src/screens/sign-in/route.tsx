import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { PageTitle } from '../../shell/page-title.tsx'
import { signIn } from '../../shell/session.ts'
import { texts } from './texts.ts'

/** The secret is taken out of the address at once, so that no history and no screenshot keeps it. */
const secret = location.hash.slice(1)
if (secret !== '') history.replaceState(history.state, '', location.pathname + location.search)
// Another link that is pasted here loads no page by itself.
addEventListener('hashchange', () => {
  if (location.hash.length > 1) location.reload()
})

/** Signs in by a link. It takes a click: a preview of the link, or a scanner of mails, does not use it up. */
export function SignIn() {
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
          {texts.another} <code>npm run assay -- sign-in</code>
        </p>
      )}
    </main>
  )
}
