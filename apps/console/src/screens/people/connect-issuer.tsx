import { Issuer_IdentityBy as IdentityBy } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { useState } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { showToast } from '../../shell/toast.tsx'
import { typedValue } from '../../shell/typed.ts'
import { useConnectIssuer } from './queries.ts'
import { texts } from './texts.ts'

/** Text fields: name, label, maximum number of characters, whether the field is required. */
const fields = [
  ['displayName', texts.issuerName, 200, true],
  ['issuer', texts.issuerAddress, 1_000, true],
  ['clientId', texts.clientId, 200, true],
  ['clientSecret', texts.clientSecret, 1_000, false],
  ['scopes', texts.scopes, 1_000, false],
  ['groupsClaim', texts.groupsClaim, 200, false],
  ['contact', texts.contact, 200, false],
  ['identityClaim', texts.identityClaim, 200, false],
] as const

const formName = 'identity-provider'

/** Connects an identity provider. The page sends the client secret with the call, and does not store it. */
export function ConnectIssuer() {
  const { mutate: connect, isPending } = useConnectIssuer()
  const [isOpen] = useState(() => typedValue(formName) !== undefined)
  const submit = (form: HTMLFormElement) => {
    const entered = new FormData(form)
    const text = (name: (typeof fields)[number][0] | 'identityBy') => String(entered.get(name) ?? '').trim()
    connect(
      {
        issuer: {
          displayName: text('displayName'),
          issuer: text('issuer'),
          clientId: text('clientId'),
          scopes: text('scopes').split(/\s+/).filter(Boolean),
          groupsClaim: text('groupsClaim'),
          identityClaim: text('identityClaim'),
          identityBy:
            text('identityClaim') === '' ? IdentityBy.UNSPECIFIED : (Number(text('identityBy')) as IdentityBy),
          contact: text('contact'),
        },
        clientSecret: text('clientSecret'),
      },
      {
        onSuccess: ({ displayName }) => {
          showToast(texts.connected(displayName))
          form.reset()
        },
      },
    )
  }
  return (
    <details open={isOpen}>
      <summary>{texts.connect}</summary>
      <p className="small muted">{texts.connectMeans}</p>
      <TypedForm name={formName} className="filters" aria-label={texts.connect} isBusy={isPending} onSubmit={submit}>
        {fields.map(([name, label, maxLength, required]) => (
          <label key={name} className="field">
            <span className="field-label">{label}</span>
            <input
              className="input"
              name={name}
              dir="auto"
              type={name === 'clientSecret' ? 'password' : 'text'}
              autoComplete="off"
              required={required}
              maxLength={maxLength}
            />
          </label>
        ))}
        <label className="field">
          <span className="field-label">{texts.identityNames}</span>
          <select className="input" name="identityBy">
            <option value={IdentityBy.ID}>{texts.byId}</option>
            <option value={IdentityBy.EMAIL}>{texts.byEmail}</option>
          </select>
        </label>
        <CallButton isMain isBusy={isPending}>
          {texts.confirmConnect}
        </CallButton>
      </TypedForm>
    </details>
  )
}
