import type { ReactNode } from 'react'
import { Layout } from './layout.tsx'
import { PageTitle } from './page-title.tsx'
import { sessionState } from './session.ts'
import { placeNow } from './sign-in-choices.ts'
import { signInCommand } from './sign-in-command.ts'
import { SignInWays, useSignInChoices } from './sign-in-ways.tsx'
import { useStore } from './store.ts'
import { texts } from './texts.ts'

/** The frame around the screens. */
export function Inside() {
  return (
    <SignedIn>
      <Layout />
    </SignedIn>
  )
}

/** The children for a signed-in user; for other users, the sign-in. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const { kind } = useStore(sessionState)
  if (kind === 'signed-in' || kind === 'ended') return children
  return <SignedOut />
}

function SignedOut() {
  const { data: choices } = useSignInChoices()
  const hasProvider = choices !== undefined && (choices.issuers.length > 0 || choices.isNameNeeded)
  return (
    <main className="page-alone">
      <PageTitle>{texts.notSignedIn}</PageTitle>
      <SignInWays returnTo={placeNow()} />
      <p>{hasProvider ? texts.orByLink : texts.byLink}</p>
      <p>
        {texts.printsLink} <code>{signInCommand}</code>
      </p>
    </main>
  )
}
