import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { counted, formatCount } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { useProfiles } from './queries.ts'
import { ruleWords } from './rule-words.ts'
import { texts } from './texts.ts'

/** The access profiles that people accepted or made. */
export function Profiles() {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 30 : 44
  const { profiles, hasNextPage, more, error, isPending, refetch } = useProfiles()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <Sentence>
        {isPending
          ? 'Looking for access profiles.'
          : `${hasNextPage ? 'More than ' : ''}${counted(profiles.length, 'access profile', 'access profiles')}.`}
      </Sentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && profiles.length === 0 && (
        <section className="card" aria-label={texts.title}>
          <p>{texts.none}</p>
          <p>
            <Link className="button" to="/candidates" search={{}}>
              {texts.toCandidates}
            </Link>
          </p>
        </section>
      )}
      {profiles.length > 0 && (
        <GridList
          label={texts.title}
          items={profiles}
          keyOf={({ id }) => id}
          columns={isNarrow ? narrow : wide}
          rowHeight={rowHeight}
          height={`min(${(profiles.length + 1) * rowHeight + 8}px, ${isNarrow ? '60dvh' : 'max(20rem, calc(100dvh - 13rem))'})`}
          active={active}
          onActive={setActive}
          onOpen={({ id }) => void navigate({ to: '/access-profiles/$id', params: { id } })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </>
  )
}

const name: Column<AccessProfile> = {
  key: 'name',
  title: 'Profile',
  width: 'minmax(0, 2fr)',
  cell: ({ id, displayName }) => (
    <Link className="grid-name" to="/access-profiles/$id" params={{ id }} tabIndex={-1} title={displayName}>
      <bdi>{displayName}</bdi>
    </Link>
  ),
}
const members: Column<AccessProfile> = {
  key: 'members',
  title: 'Members',
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
    title: 'Access',
    width: '5rem',
    isNumber: true,
    cell: ({ entitlementCount }) => formatCount(entitlementCount),
  },
  {
    key: 'tasks',
    title: 'Tasks',
    width: '5rem',
    isNumber: true,
    cell: ({ pendingTaskCount }) => formatCount(pendingTaskCount),
  },
  { key: 'rule', title: 'Rule', width: 'minmax(8rem, 1fr)', cell: ruleWords },
]
