import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { signInAddress, signInChoices } from './sign-in-choices.ts'
import { texts } from './sign-in-texts.ts'

/** The providers to choose from, and the result of the last sign-in. */
export function useSignInChoices(organisation = '') {
  return useQuery({
    queryKey: ['sign-in', organisation],
    queryFn: () => signInChoices(organisation),
    staleTime: 60_000,
  })
}

/**
 * A button for each provider. It asks for the organisation only when there are several.
 * @param returnTo the address to open after the sign-in
 */
export function SignInWays({ returnTo }: { readonly returnTo: string }) {
  const [organisation, setOrganisation] = useState('')
  const { data: choices, isError } = useSignInChoices(organisation)
  if (isError) return <p role="alert">{texts.noAnswer}</p>
  if (choices === undefined) return null
  if (choices.isAddressUnknown) return <p>{texts.addressUnknown}</p>
  if (choices.issuers.length === 0 && !choices.isNameNeeded) return null
  return (
    <>
      {choices.issuers.length === 0 && <OrganisationField given={organisation} onGiven={setOrganisation} />}
      {choices.organisation !== undefined && organisation !== '' && (
        <p>
          <bdi>{choices.organisation}</bdi>
        </p>
      )}
      {choices.issuers.map(({ id, displayName }, index) => (
        <p key={id}>
          <a className="button" data-kind={index === 0 ? 'accent' : undefined} href={signInAddress(id, returnTo)}>
            {texts.signInWith} <bdi>{displayName}</bdi>
          </a>
        </p>
      ))}
    </>
  )
}

function OrganisationField({ given, onGiven }: { readonly given: string; readonly onGiven: (name: string) => void }) {
  const [name, setName] = useState(given)
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        onGiven(name.trim())
      }}
    >
      <label className="field">
        <span className="field-label">{texts.organisation}</span>
        <input
          className="input"
          value={name}
          onChange={({ target }) => setName(target.value)}
          maxLength={100}
          autoComplete="organization"
          required
        />
      </label>
      <div>
        <Button className="button" type="submit">
          {texts.goOn}
        </Button>
      </div>
      {given !== '' && <p role="alert">{texts.noOrganisation(given)}</p>}
    </form>
  )
}
