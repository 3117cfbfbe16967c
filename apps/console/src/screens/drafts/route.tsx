import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListScreen } from '../../kit/list-screen.tsx'
import { formatTime } from '../../kit/times.ts'
import { useDrafts } from './queries.ts'
import { texts } from './texts.ts'

/** The list of drafts. */
export function Drafts() {
  const navigate = useNavigate()
  const isNarrow = useNarrowList()
  const drafts = useDrafts()
  return (
    <ListScreen
      title={texts.title}
      nouns={['draft', 'drafts']}
      asked={drafts}
      items={drafts.items}
      onMore={drafts.more}
      keyOf={({ id }) => id}
      columns={isNarrow ? [name, changed] : [name, by, changed]}
      onOpen={({ id }) => void navigate({ to: '/drafts/$id', params: { id }, search: {} })}
      empty={
        <>
          <p>{texts.none}</p>
          <p>
            <Link className="button" to="/candidates" search={{}}>
              {texts.toCandidates}
            </Link>
          </p>
        </>
      }
    />
  )
}

const name: Column<Draft> = {
  key: 'name',
  title: texts.draft,
  width: 'minmax(0, 2fr)',
  cell: ({ id, displayName }) => (
    <Link className="grid-name" to="/drafts/$id" params={{ id }} search={{}} tabIndex={-1} title={displayName}>
      <bdi>{displayName}</bdi>
    </Link>
  ),
}
const by: Column<Draft> = {
  key: 'by',
  title: texts.changedBy,
  width: 'minmax(0, 1fr)',
  cell: ({ updatedBy, updatedByDisplayName }) => <bdi className="grid-name">{updatedByDisplayName || updatedBy}</bdi>,
}
const changed: Column<Draft> = {
  key: 'changed',
  title: texts.changed,
  width: '9rem',
  isNumber: true,
  cell: ({ updateTime }) => formatTime(updateTime),
}
