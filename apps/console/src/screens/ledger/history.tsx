import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { ShowMore } from '../../kit/show-more.tsx'
import { formatTime } from '../../kit/times.ts'
import { useSession } from '../../shell/rights.ts'
import { reasonWords } from './columns.tsx'
import { useEntries } from './queries.ts'
import { entryTitle, texts } from './texts.ts'

/** The decisions about one object, newest first, each with a link to its entry. */
export function History({ about }: { readonly about: string }) {
  const session = useSession()
  if (session?.isBounded === true) return <p className="muted">{texts.bounded}</p>
  return <Entries about={about} />
}

const firstShown = 25

function Entries({ about }: { readonly about: string }) {
  const { items, more, hasNextPage, error, isPending, refetch } = useEntries({ about }, firstShown)
  return (
    <div className="stack" aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && items.length === 0 && <p className="muted">{texts.noHistory}</p>}
      <ul className="stack" aria-label={texts.history}>
        {items.map((entry) => (
          <li key={entry.id}>
            <Link to="/ledger/$id" params={{ id: entry.id }}>
              {formatTime(entry.time)}
            </Link>{' '}
            <bdi>{entryTitle(entry)}</bdi>
            {(entry.reason !== 'unspecified' || entry.comment !== '') && (
              <span className="muted block">
                <bdi>{[reasonWords(entry.reason), entry.comment].filter((part) => part !== '').join(': ')}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="row">
        <ShowMore hasMore={hasNextPage} onMore={more} />
        {items.length > 0 && (
          <Link className="button" to="/ledger" search={{ about }}>
            {texts.inLedger}
          </Link>
        )}
      </div>
    </div>
  )
}
