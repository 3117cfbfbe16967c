import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { formatCount } from '../../kit/figures.ts'
import { useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListScreen } from '../../kit/list-screen.tsx'
import { useProfiles } from './queries.ts'
import { ruleWords, texts } from './texts.ts'

/** The access profiles that people accepted or made. */
export function Profiles() {
  const navigate = useNavigate()
  const isNarrow = useNarrowList()
  const profiles = useProfiles()
  return (
    <ListScreen
      title={texts.title}
      nouns={texts.nouns}
      asked={profiles}
      items={profiles.items}
      onMore={profiles.more}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrow : wide}
      onOpen={({ id }) => void navigate({ to: '/access-profiles/$id', params: { id } })}
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

const name: Column<AccessProfile> = {
  key: 'name',
  title: texts.columns.profile,
  width: 'minmax(0, 2fr)',
  cell: ({ id, displayName }) => (
    <Link className="grid-name" to="/access-profiles/$id" params={{ id }} tabIndex={-1} title={displayName}>
      <bdi>{displayName}</bdi>
    </Link>
  ),
}
const members: Column<AccessProfile> = {
  key: 'members',
  title: texts.columns.members,
  width: '5rem',
  isNumber: true,
  cell: ({ memberCount }) => formatCount(memberCount),
}
const narrow: readonly Column<AccessProfile>[] = [name, members]
const wide: readonly Column<AccessProfile>[] = [
  name,
  members,
  {
    key: 'access',
    title: texts.columns.access,
    width: '5rem',
    isNumber: true,
    cell: ({ entitlementCount }) => formatCount(entitlementCount),
  },
  {
    key: 'tasks',
    title: texts.columns.tasks,
    width: '5rem',
    isNumber: true,
    cell: ({ pendingTaskCount }) => formatCount(pendingTaskCount),
  },
  { key: 'rule', title: texts.columns.rule, width: 'minmax(8rem, 1fr)', cell: ruleWords },
]
