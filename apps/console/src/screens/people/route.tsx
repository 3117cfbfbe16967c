import type { Person } from '@assay/contracts/assay/people/v1/person_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CardList } from '../../kit/card-list.tsx'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { useSettled } from '../../shell/use-settled.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { GivenAccessCard } from './given-access.tsx'
import { IssuersCard } from './issuers-card.tsx'
import { useIssuers, usePeople, useRestorePerson, useRevokePerson } from './queries.ts'
import { SessionsCard } from './sessions-card.tsx'
import { texts } from './texts.ts'

const searchAfterMs = 200

/** The people who sign in to the console, and their access. */
export function People() {
  const mayAdminister = useMay('administer')
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      {mayAdminister ? <Signed /> : <p>{texts.mayNot}</p>}
    </>
  )
}

function Signed() {
  const [text, setText] = useState('')
  // A field that somebody typed in stays: without it the focus, and the next letters, would be elsewhere.
  const [isSearched, setSearched] = useState(false)
  const issuers = useIssuers()
  const { items, more, hasNextPage, error, isPending, refetch } = usePeople(useSettled(text, searchAfterMs))
  const known = issuers.data?.issuers ?? []
  const nameOf = new Map(known.map(({ id, displayName }) => [id, displayName]))
  return (
    <>
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {texts.sentence(items.length, hasNextPage)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {issuers.error !== null && <Failed error={issuers.error} onRetry={() => void issuers.refetch()} />}
      {issuers.data !== undefined && <IssuersCard issuers={known} />}
      {known.length > 0 && <GivenAccessCard issuers={known} />}
      {(items.length > 0 || isSearched) && (
        <label className="field filter-search">
          <span className="field-label">{texts.search}</span>
          <input
            type="search"
            className="input"
            maxLength={256}
            value={text}
            onChange={({ target }) => {
              setText(target.value)
              setSearched(true)
            }}
          />
        </label>
      )}
      <CardList
        label={texts.people}
        items={items}
        keyOf={({ id }) => id}
        card={(person) => <PersonLine person={person} issuerName={nameOf.get(person.issuerId) ?? person.issuerId} />}
        hasMore={hasNextPage}
        onMore={more}
      />
      <SessionsCard />
    </>
  )
}

function PersonLine({ person, issuerName }: { readonly person: Person; readonly issuerName: string }) {
  const { id: personId, displayName, email, groups, role, sessionCount, signInTime, revokeTime } = person
  const { mutate: revoke } = useRevokePerson()
  const { mutate: restore } = useRestorePerson()
  const isOut = revokeTime !== undefined
  const change = isOut
    ? () => restore({ personId }, { onSuccess: () => showToast(texts.restored(displayName)) })
    : () =>
        revoke({ personId }, { onSuccess: () => showToast(texts.revoked(displayName), () => restore({ personId })) })
  const facts = [
    enumWords(texts.roles, role),
    ...(groups.length === 0 ? [] : [texts.groups(groups.join(', '))]),
    texts.sessions(sessionCount),
    isOut ? texts.outSince(formatTime(revokeTime)) : texts.lastSeen(formatTime(signInTime)),
  ]
  return (
    <>
      <div className="row">
        <h2>
          <bdi>{displayName}</bdi>
        </h2>
        <bdi className="small muted">
          {email} {issuerName}
        </bdi>
        <Button
          className="button"
          aria-label={isOut ? texts.restoreNamed(displayName) : texts.revokeNamed(displayName)}
          onPress={change}
        >
          {isOut ? texts.restore : texts.revoke}
        </Button>
      </div>
      <p className="small muted">
        <bdi>{facts.join('; ')}</bdi>
      </p>
    </>
  )
}
