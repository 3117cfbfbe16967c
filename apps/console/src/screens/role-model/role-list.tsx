import type { RoleOutline } from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import { Link } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { Button } from 'react-aria-components'
import { Band } from '../../kit/band.tsx'
import { formatCount } from '../../kit/figures.ts'
import { type Column, GridList, heightOfRows } from '../../kit/grid-list.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useMay } from '../../shell/rights.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { keepRolesAsDrafts } from './actions.ts'
import type { RoleModelSearch } from './search.ts'
import { texts } from './texts.ts'
import { shareOf } from './treemap.tsx'

interface Props {
  readonly modelId: string
  readonly roles: readonly RoleOutline[]
  readonly search: RoleModelSearch
  readonly onChoose: (role: number) => void
}

const keyOf = ({ number }: RoleOutline) => String(number)

/** The roles, the largest first; marked roles can become drafts. */
export function RoleList({ modelId, roles, search, onChoose }: Props) {
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const mayDecide = useMay('decide')
  const [active, setActive] = useState(search.role === undefined ? undefined : String(search.role))
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((key: string) => setMarks((before) => toggled(before, key)), [])
  const columns = useMemo(
    () => columnsOf({ modelId, search, isNarrow, marks: mayDecide ? marks : undefined, onMark: toggle }),
    [modelId, search, isNarrow, mayDecide, marks, toggle],
  )
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 30 : 44
  const keep = () => void keepRolesAsDrafts(modelId, [...marks].map(Number)).then((done) => done && setMarks(new Set()))
  return (
    <div className="stack">
      <GridList
        label={texts.roles}
        items={roles}
        keyOf={keyOf}
        columns={columns}
        rowHeight={rowHeight}
        height={`min(${heightOfRows(roles.length, rowHeight)}, 32rem)`}
        active={active}
        onActive={setActive}
        {...(mayDecide && { selected: marks, onSelect: toggle })}
        onOpen={({ number }) => onChoose(number)}
        lettersOn={letters}
      />
      {marks.size > 0 && (
        <section className="bottom-bar" aria-label={texts.marked(marks.size)}>
          <span>{texts.marked(marks.size)}</span>
          <Button className="button" data-kind="accent" isDisabled={marks.size > texts.mostMarked} onPress={keep}>
            {texts.keepMarked}
          </Button>
          {marks.size > texts.mostMarked && <span className="small muted">{texts.tooMany(texts.mostMarked)}</span>}
          <Button className="button" data-kind="plain" onPress={() => setMarks(new Set())}>
            {texts.unmark}
          </Button>
        </section>
      )}
    </div>
  )
}

interface ColumnNeeds {
  readonly modelId: string
  readonly search: RoleModelSearch
  readonly isNarrow: boolean
  readonly marks: ReadonlySet<string> | undefined
  readonly onMark: (key: string) => void
}

function columnsOf({ modelId, search, isNarrow, marks, onMark }: ColumnNeeds): Column<RoleOutline>[] {
  const name: Column<RoleOutline> = {
    key: 'name',
    title: texts.role,
    width: 'minmax(7rem, 2fr)',
    cell: ({ number, displayName }) => (
      <Link
        className="grid-name"
        to="/role-models/$id"
        params={{ id: modelId }}
        search={{ ...search, role: number }}
        replace
        tabIndex={-1}
        title={displayName}
      >
        <bdi>{displayName}</bdi>
      </Link>
    ),
  }
  const count = (key: 'identityCount' | 'entitlementCount', title: string): Column<RoleOutline> => ({
    key,
    title,
    width: isNarrow || key === 'identityCount' ? '4rem' : '5.5rem',
    isNumber: true,
    cell: (role) => formatCount(role[key]),
  })
  const adds: Column<RoleOutline> = {
    key: 'adds',
    title: texts.adds,
    width: '7.5rem',
    cell: (role) => (
      <span className="row">
        <Band share={shareOf(role)} />
        {role.soleGrantCount !== undefined && formatCount(role.soleGrantCount)}
      </span>
    ),
  }
  const mark: Column<RoleOutline> = {
    key: 'mark',
    title: texts.mark,
    width: isNarrow ? '1.5rem' : '2.5rem',
    cell: (role) => (
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        aria-label={texts.markNamed(role.displayName)}
        checked={marks?.has(keyOf(role)) ?? false}
        onChange={() => onMark(keyOf(role))}
      />
    ),
  }
  return [
    ...(marks === undefined ? [] : [mark]),
    name,
    count('identityCount', texts.people),
    ...(isNarrow ? [] : [count('entitlementCount', texts.entitlements), adds]),
  ]
}

function toggled(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(key)) after.add(key)
  return after
}
