import { InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import {
  type MiningSession,
  type PotentialRoleSummary,
  PotentialRoleSummary_State as State,
} from '@assay/contracts/assay/session/v1/mining_session_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Band } from '../../kit/band.tsx'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatPercent } from '../../kit/figures.ts'
import { type Column, GridList, heightOfRows } from '../../kit/grid-list.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useMay } from '../../shell/rights.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { decide, type Outcome, takeBack } from '../candidates/decisions.ts'
import { MarkedBar } from '../candidates/marked-bar.tsx'
import { goesOn } from '../searches/queries.ts'
import { usePotentialRoles } from './queries.ts'
import { texts } from './texts.ts'

const keyOf = ({ id }: PotentialRoleSummary) => id

/** The potential roles of a search, with the same actions as other candidates. */
export function RoleList({ session }: { readonly session: MiningSession }) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const mayDecide = useMay('decide')
  const { items, more, hasNextPage, error, refetch } = usePotentialRoles(session.id, goesOn(session))
  const { state, readyRoleCount } = session
  // The last roles may have been stored after the last request for the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of state or count decides when to request again
  useEffect(() => void refetch(), [state, readyRoleCount, refetch])
  const [active, setActive] = useState<string>()
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((key: string) => setMarks((before) => toggled(before, key)), [])
  const columns = useMemo(
    () => columnsOf({ isNarrow, marks: mayDecide ? marks : undefined, onMark: toggle }),
    [isNarrow, mayDecide, marks, toggle],
  )
  // The list has no etags, because the roles of a running search change.
  const marked = items
    .filter(({ id }) => marks.has(id))
    .map(({ id, displayName, state: role }) => ({ id, displayName, role, kind: InboxKind.POTENTIAL_ROLE, etag: '' }))
  const decideAbout = (outcome: Outcome) => void decide(marked, outcome).then(() => setMarks(new Set()))
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 30 : 44
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  if (items.length === 0) return goesOn(session) ? null : <p>{texts.nothing}</p>
  return (
    <section className="stack" aria-label={texts.roles}>
      <h2>{texts.roles}</h2>
      <GridList
        label={texts.roles}
        items={items}
        keyOf={keyOf}
        columns={columns}
        rowHeight={rowHeight}
        height={`min(${heightOfRows(items.length, rowHeight)}, 36rem)`}
        active={active}
        onActive={setActive}
        {...(mayDecide && { selected: marks, onSelect: toggle })}
        onOpen={({ id }) => void navigate({ to: '/candidates/$id', params: { id }, search: {} })}
        lettersOn={letters}
        onEndReached={more}
        hasMore={hasNextPage}
      />
      {marked.length > 0 && (
        <MarkedBar
          state={marked.every(({ role }) => role === State.DISMISSED) ? 'dismissed' : 'open'}
          marked={marked}
          onDecide={decideAbout}
          onReopen={() => void takeBack(marked).then(() => setMarks(new Set()))}
          onUnmark={() => setMarks(new Set())}
        />
      )}
    </section>
  )
}

interface ColumnNeeds {
  readonly isNarrow: boolean
  readonly marks: ReadonlySet<string> | undefined
  readonly onMark: (key: string) => void
}

function columnsOf({ isNarrow, marks, onMark }: ColumnNeeds): Column<PotentialRoleSummary>[] {
  const mark = tickColumn<PotentialRoleSummary>({
    title: texts.mark,
    labelOf: ({ displayName }) => texts.markNamed(displayName),
    isTicked: ({ id }) => marks?.has(id) ?? false,
    onTick: ({ id }) => onMark(id),
    isNarrow,
  })
  const name: Column<PotentialRoleSummary> = {
    key: 'name',
    title: texts.role,
    width: 'minmax(8rem, 2fr)',
    cell: ({ id, displayName }) => (
      <Link className="grid-name" to="/candidates/$id" params={{ id }} search={{}} tabIndex={-1} title={displayName}>
        <bdi>{displayName}</bdi>
      </Link>
    ),
  }
  const count = (key: 'peopleCount' | 'entitlementCount', title: string): Column<PotentialRoleSummary> => ({
    key,
    title,
    width: isNarrow || key === 'peopleCount' ? '4rem' : '5.5rem',
    isNumber: true,
    cell: (role) => formatCount(role[key]),
  })
  const complete: Column<PotentialRoleSummary> = {
    key: 'complete',
    title: texts.complete,
    width: '8rem',
    cell: ({ density }) => (
      <span className="row">
        <Band share={density / 100} /> {formatPercent(density / 100)}
      </span>
    ),
  }
  const state: Column<PotentialRoleSummary> = {
    key: 'state',
    title: texts.state,
    width: '6rem',
    cell: (role) => <StateOf role={role} />,
  }
  return [
    ...(marks === undefined ? [] : [mark]),
    name,
    count('peopleCount', texts.people),
    ...(isNarrow ? [] : [count('entitlementCount', texts.entitlements), complete, state]),
  ]
}

function StateOf({ role: { state, accessProfileId } }: { readonly role: PotentialRoleSummary }) {
  if (accessProfileId !== '') {
    return (
      <Link to="/access-profiles/$id" params={{ id: accessProfileId }} tabIndex={-1}>
        {texts.toProfile}
      </Link>
    )
  }
  const words: Readonly<Record<State, string>> = {
    [State.UNSPECIFIED]: '',
    [State.OPEN]: texts.states.open,
    [State.PENDING]: texts.states.pending,
    [State.PROVISIONED]: texts.states.provisioned,
    [State.FAILED]: texts.states.failed,
    [State.DISMISSED]: texts.states.dismissed,
  }
  return <span className="muted">{enumWords(words, state)}</span>
}

function toggled(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(key)) after.add(key)
  return after
}
