import { ListPart } from '../../kit/list-part.tsx'
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
  const access = useComparedAccess(pair, side)
  const { items, totalCount, more } = access
  return (
    <ListPart label={texts.access} asked={access} isEmpty={items.length === 0} nothing={texts.nothingHere}>
      <AccessList label={texts.access} items={items} totalCount={totalCount} onMore={more} />
    </ListPart>
  )
}

export function ComparedPeople({ pair, side, of }: Props & { readonly of: number }) {
  const people = useComparedPeople(pair, side)
  const { items, totalCount, more } = people
  return (
    <ListPart label={texts.people} asked={people} isEmpty={items.length === 0} nothing={texts.nothingHere}>
      <PeopleList label={texts.people} items={items} totalCount={totalCount} onMore={more} of={of} />
    </ListPart>
  )
}
