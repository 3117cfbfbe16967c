import { Failed } from '../../kit/failed.tsx'
import { AccessList } from './access-list.tsx'
import { PeopleList } from './people-list.tsx'
import { useComparedAccess, useComparedPeople } from './queries.ts'
import type { Pair, SideName } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly pair: Pair
  readonly side: SideName
}

export function ComparedAccess({ pair, side }: Props) {
  const { items, totalCount, more, error, isPending, refetch } = useComparedAccess(pair, side)
  return (
    <section aria-label={texts.access} aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && totalCount === 0 && <p>{texts.nothingHere}</p>}
      {items.length > 0 && <AccessList label={texts.access} items={items} totalCount={totalCount} onMore={more} />}
    </section>
  )
}

export function ComparedPeople({ pair, side, of }: Props & { readonly of: number }) {
  const { items, totalCount, more, error, isPending, refetch } = useComparedPeople(pair, side)
  return (
    <section aria-label={texts.people} aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && totalCount === 0 && <p>{texts.nothingHere}</p>}
      {items.length > 0 && (
        <PeopleList label={texts.people} items={items} totalCount={totalCount} onMore={more} of={of} />
      )}
    </section>
  )
}
