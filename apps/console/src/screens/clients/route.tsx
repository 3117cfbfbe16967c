import type { Client } from '@assay/contracts/assay/client/v1/client_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CardList } from '../../kit/card-list.tsx'
import { Question } from '../../kit/dialog.tsx'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { scopeIds, scopeText } from '../settings/texts.ts'
import { MakeClient } from './make-client.tsx'
import { useClients, useRevokeClient } from './queries.ts'
import { ScopeQuestion } from './scope-question.tsx'
import { clientsSentence, texts } from './texts.ts'

/** The API clients: list, create, limit to some people, revoke. */
export function Clients() {
  const mayAdminister = useMay('administer')
  const { items, first, more, hasNextPage, error, isPending, refetch } = useClients(mayAdminister)
  if (!mayAdminister) {
    return (
      <>
        <PageTitle>{texts.title}</PageTitle>
        <SettingsNav />
        <p>{texts.mayNot}</p>
      </>
    )
  }
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {clientsSentence(items)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <MakeClient dialects={first?.dialects ?? []} />
      <CardList
        label={texts.clients}
        items={items}
        keyOf={({ clientId }) => clientId}
        card={(client) => <ClientLine client={client} />}
        hasMore={hasNextPage}
        onMore={more}
      />
    </>
  )
}

function ClientLine({ client }: { readonly client: Client }) {
  const {
    clientId,
    displayName,
    role,
    dialect,
    identityId,
    identityDisplayName,
    scopes,
    trustedIssuer,
    readerScope,
    createTime,
    revokeTime,
  } = client
  const [asked, ask] = useState<'scope' | 'revoke'>()
  const facts = [
    enumWords(texts.roles, role),
    dialect,
    ...(identityId === '' ? [] : [texts.actsFor(identityDisplayName || identityId)]),
    ...(trustedIssuer === '' ? [] : [texts.trusts(trustedIssuer)]),
    ...(scopes.length === 0 ? [] : [scopes.join(' ')]),
    texts.sees(scopeText(readerScope)),
    revokeTime === undefined ? texts.since(formatTime(createTime)) : texts.revokedAt(formatTime(revokeTime)),
  ]
  return (
    <>
      <div className="row">
        <h2>
          <bdi>{displayName}</bdi>
        </h2>
        {revokeTime === undefined && (
          <>
            <Button className="button" aria-label={texts.scopeNamed(displayName)} onPress={() => ask('scope')}>
              {texts.scope}
            </Button>
            <Button className="button" aria-label={texts.revokeNamed(displayName)} onPress={() => ask('revoke')}>
              {texts.revoke}
            </Button>
          </>
        )}
      </div>
      <code className="file-name">{clientId}</code>
      <p className="small muted">
        <bdi title={scopeIds(readerScope)}>{facts.join('; ')}</bdi>
      </p>
      {asked === 'scope' && <ScopeQuestion client={client} onClose={() => ask(undefined)} />}
      <RevokeQuestion client={client} isOpen={asked === 'revoke'} onClose={() => ask(undefined)} />
    </>
  )
}

interface RevokeProps {
  readonly client: Client
  readonly isOpen: boolean
  readonly onClose: () => void
}

function RevokeQuestion({ client: { clientId, displayName }, isOpen, onClose }: RevokeProps) {
  const { mutate: revoke } = useRevokeClient()
  const confirm = () => {
    onClose()
    revoke({ clientId }, { onSuccess: () => showToast(texts.revoked(displayName)) })
  }
  return (
    <Question title={texts.revokeTitle} isOpen={isOpen} onClose={onClose}>
      <p>{texts.revokeMeans(displayName)}</p>
      <div className="row">
        <Button className="button" autoFocus onPress={onClose}>
          {texts.cancel}
        </Button>
        <Button className="button" data-kind="accent" onPress={confirm}>
          {texts.confirmRevoke}
        </Button>
      </div>
    </Question>
  )
}
