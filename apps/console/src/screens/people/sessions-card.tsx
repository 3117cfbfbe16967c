import type { Session } from '@assay/contracts/assay/people/v1/person_pb'
import { Button } from 'react-aria-components'
import { ListPart } from '../../kit/list-part.tsx'
import { ShowMore } from '../../kit/show-more.tsx'
import { formatTime } from '../../kit/times.ts'
import { showToast } from '../../shell/toast.tsx'
import { useClients } from '../clients/queries.ts'
import { useEndSession, useSessions } from './queries.ts'
import { texts } from './texts.ts'

/** Active sessions of the console; the user can end each of them. */
export function SessionsCard() {
  const { items, more, hasNextPage, ...asked } = useSessions()
  const { items: clients } = useClients(true)
  const nameOf = new Map(clients.map(({ clientId, displayName }) => [clientId, displayName]))
  return (
    <section className="card" aria-label={texts.sessionsTitle}>
      <h2>{texts.sessionsTitle}</h2>
      <ListPart label={texts.sessionsList} asked={asked} isEmpty={items.length === 0} nothing={texts.noSession}>
        <ul className="stack">
          {items.map((session) => (
            <li key={session.id} className="row">
              <SessionLine session={session} clientName={nameOf.get(session.clientId)} />
            </li>
          ))}
        </ul>
      </ListPart>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </section>
  )
}

function SessionLine({ session, clientName }: { readonly session: Session; readonly clientName: string | undefined }) {
  const { id: sessionId, personId, personName, clientId, signInTime, useTime, endTime } = session
  const { mutate: end } = useEndSession()
  const whose = personName || personId || texts.byLink(clientName || clientId)
  const facts = [
    texts.began(formatTime(signInTime)),
    texts.used(formatTime(useTime)),
    texts.endsAt(formatTime(endTime)),
  ]
  return (
    <>
      <span>
        <bdi>{whose}</bdi> <span className="small muted">{facts.join('; ')}</span>
      </span>
      <Button
        className="button"
        aria-label={texts.endNamed(whose)}
        onPress={() => end({ sessionId }, { onSuccess: () => showToast(texts.ended) })}
      >
        {texts.end}
      </Button>
    </>
  )
}
