import type { Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { Link } from '@tanstack/react-router'
import type { Column } from '../../kit/grid-list.tsx'
import { formatTime } from '../../kit/times.ts'
import { nameOfSubject } from './members.ts'
import { entryLine, kindWords, texts, whoActed } from './texts.ts'

/** `too_broad` as people read it. */
export function reasonWords(reason: string): string {
  return reason === 'unspecified' ? '' : reason.replaceAll('_', ' ')
}

const when: Column<Entry> = {
  key: 'when',
  title: texts.columns.when,
  width: '11rem',
  cell: ({ id, time }) => (
    <Link to="/ledger/$id" params={{ id }} tabIndex={-1}>
      {formatTime(time)}
    </Link>
  ),
}
const who: Column<Entry> = {
  key: 'who',
  title: texts.columns.who,
  width: 'minmax(0, 2fr)',
  cell: ({ actor }) => <bdi className="grid-name">{whoActed(actor)}</bdi>,
}
const what: Column<Entry> = {
  key: 'what',
  title: texts.columns.what,
  width: 'minmax(0, 3fr)',
  cell: ({ kind }) => <span className="grid-name">{kindWords(kind)}</span>,
}
const about: Column<Entry> = {
  key: 'about',
  title: texts.columns.about,
  width: 'minmax(0, 3fr)',
  cell: (entry) => (
    <bdi className="grid-name" title={entry.subject?.id}>
      {nameOfSubject(entry) ?? `${entry.subject?.type ?? ''} ${entry.subject?.id ?? ''}`}
    </bdi>
  ),
}
const why: Column<Entry> = {
  key: 'why',
  title: texts.columns.why,
  width: 'minmax(0, 2fr)',
  cell: ({ reason, comment }) => (
    <bdi className="grid-name">{[reasonWords(reason), comment].filter((part) => part !== '').join(': ')}</bdi>
  ),
}

/** The columns of the list of entries. */
export function entryColumns(isNarrow: boolean): readonly Column<Entry>[] {
  if (!isNarrow) return [when, who, what, about, why]
  return [
    {
      key: 'entry',
      title: texts.columns.entry,
      width: 'minmax(0, 1fr)',
      cell: (entry) => (
        <>
          <span className="small muted">{when.cell(entry)}</span>
          <bdi className="grid-name">{entryLine(entry, nameOfSubject(entry))}</bdi>
        </>
      ),
    },
  ]
}
