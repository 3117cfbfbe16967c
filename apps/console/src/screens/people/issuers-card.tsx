import type { Issuer } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { prefix } from '../../shell/prefix.ts'
import { showToast } from '../../shell/toast.tsx'
import { ConnectIssuer } from './connect-issuer.tsx'
import { useRemoveIssuer } from './queries.ts'
import { texts } from './texts.ts'

/** The identity providers through which people sign in: list, connect, remove. */
export function IssuersCard({ issuers }: { readonly issuers: readonly Issuer[] }) {
  const [leaving, leave] = useState<Issuer>()
  const { mutate: remove } = useRemoveIssuer()
  const removeIt = () => {
    if (leaving === undefined) return
    leave(undefined)
    remove({ issuerId: leaving.id }, { onSuccess: () => showToast(texts.removed(leaving.displayName)) })
  }
  return (
    <section className="card" aria-label={texts.issuers}>
      <h2>{texts.issuers}</h2>
      {issuers.length === 0 && <p>{texts.noIssuer}</p>}
      <ul className="stack-tight">
        {issuers.map((issuer) => (
          <li key={issuer.id}>
            <IssuerLine issuer={issuer} onRemove={() => leave(issuer)} />
          </li>
        ))}
      </ul>
      <ConnectIssuer />
      <FinalQuestion
        title={texts.removeTitle}
        means={texts.removeMeans(leaving?.displayName ?? '')}
        no={texts.cancel}
        yes={texts.confirmRemove}
        isOpen={leaving !== undefined}
        onClose={() => leave(undefined)}
        onYes={removeIt}
      />
    </section>
  )
}

/** The redirect address of an issuer, see docs/sign-in.md. */
function addressOf(issuerId: string): string {
  return `${location.origin}${prefix}/console/signed-in/${issuerId}`
}

function IssuerLine({ issuer, onRemove }: { readonly issuer: Issuer; readonly onRemove: () => void }) {
  const { id, displayName, issuer: address, clientId, groupsClaim, identityClaim, contact } = issuer
  const facts = [
    texts.isClient(clientId),
    texts.groupsBy(groupsClaim),
    ...(identityClaim === '' ? [] : [texts.identityBy(identityClaim)]),
    ...(contact === '' ? [] : [texts.asks(contact)]),
  ]
  return (
    <>
      <div className="row">
        <strong>
          <bdi>{displayName}</bdi>
        </strong>
        <bdi className="small muted">{address}</bdi>
        <Button className="button" aria-label={texts.removeNamed(displayName)} onPress={onRemove}>
          {texts.remove}
        </Button>
      </div>
      <p className="small muted">
        <bdi>{facts.join('; ')}</bdi>
      </p>
      <p className="small">
        {texts.comesBackTo} <code className="file-name">{addressOf(id)}</code>
      </p>
    </>
  )
}
