import { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import {
  Work_Kind as Kind,
  Work_State as State,
  type Work,
  WorkSchema,
} from '@assay/contracts/assay/work/v1/work_service_pb'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { answer, unavailable } from '../stories/answers.ts'
import { hardNames, nameAt } from '../stories/hard-texts.ts'
import type { Stories } from '../stories/story.ts'
import { Answers } from './answers.tsx'
import { Band } from './band.tsx'
import { Choices } from './choices.tsx'
import { Failed } from './failed.tsx'
import { formatPercent, formatShare } from './figures.ts'
import { FittedList, twoLinesOnPhone } from './fitted-list.tsx'
import { Gains } from './gains.tsx'
import type { Column } from './grid-list.tsx'
import { ListPart } from './list-part.tsx'
import { ListScreen } from './list-screen.tsx'
import { Losses } from './losses.tsx'
import { Mail } from './mail.tsx'
import { NameField } from './name-field.tsx'
import { NameQuestion } from './name-question.tsx'
import { NamedFinalQuestion } from './named-final-question.tsx'
import { SavedViews } from './saved-views.tsx'
import { SelectField } from './select-field.tsx'
import { Sentence } from './sentence.tsx'
import { ShareBar } from './share-bar.tsx'
import { Table } from './table.tsx'
import { tickColumn } from './tick-column.tsx'
import { TrendLine } from './trend-line.tsx'
import { WorkList } from './work-list.tsx'

interface Row {
  readonly id: string
  readonly name: string
  readonly count: number
}

const rowsOf = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, place) => ({ id: `${place}`, name: nameAt(place, 'Row'), count: place * 7 }))
const many = rowsOf(10_000)
const some = rowsOf(20)

const columns: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', width: 'minmax(0, 2fr)', cell: ({ name }) => <bdi className="grid-name">{name}</bdi> },
  { key: 'band', title: 'Band', width: '5.5rem', cell: ({ count }) => <Band share={(count % 100) / 100} /> },
  {
    key: 'count',
    title: 'Count',
    width: '4rem',
    isNumber: true,
    cell: ({ count }) => <Gains count={count} word={false} />,
  },
]

function Ticked({ rows }: { readonly rows: readonly Row[] }) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set(['1']))
  const toggle = (id: string) => setTicked((before) => before.symmetricDifference(new Set([id])))
  const tick = tickColumn<Row>({
    title: 'In',
    labelOf: ({ name, id }) => `Give ${name || id}`,
    isTicked: ({ id }) => ticked.has(id),
    onTick: ({ id }) => toggle(id),
  })
  return (
    <FittedList
      label="Rows"
      items={rows}
      keyOf={({ id }) => id}
      columns={[tick, ...columns]}
      rows={twoLinesOnPhone}
      besideRem={12}
      selected={ticked}
      onSelect={toggle}
    />
  )
}

/** Mounts on request, so that a test can count what it renders. */
function Mounted({ rows }: { readonly rows: readonly Row[] }) {
  const [isShown, show] = useState(false)
  return (
    <>
      <p>
        <Button className="button" onPress={() => show(true)}>
          Mount the list
        </Button>
      </p>
      {isShown && <Ticked rows={rows} />}
    </>
  )
}

const asked = (part: { readonly error?: unknown; readonly isPending?: boolean }) => ({
  error: null,
  isPending: false,
  refetch: () => {},
  hasNextPage: false,
  ...part,
})

const waitingFailedNone = [
  ['Waits', asked({ isPending: true })],
  ['Failed', asked({ error: unavailable })],
  ['None', asked({})],
] as const

const view = (place: number, displayName: string) => ({
  id: `${place}`,
  displayName,
  address: `/candidates?order=gains&q=${place}`,
})
const views = hardNames.map((name, place) => view(place, name))

const states: readonly [Kind, MessageInitShape<typeof WorkSchema>][] = [
  [
    Kind.LOAD,
    { state: State.RUNNING, phase: 'records read', doneCount: 1_200n, totalCount: 2_000n, remainingSeconds: 30 },
  ],
  [Kind.ANALYSIS, { state: State.WAITING }],
  [Kind.PULL, { state: State.DELAYED, message: hardNames[1] }],
  [Kind.EXPORT, { state: State.CANCELLING, doneCount: 3n }],
]
const work: readonly Work[] = states.map(([kind, part], place) =>
  create(WorkSchema, { id: `${place}`, kind, cancellable: true, ...part }),
)

const shares = [0, 0.004, 0.3, 0.5, 0.79, 0.8, 0.996, 1]

export const stories: Stories = {
  'figures, bands and bars': {
    ready: 'no data',
    show: () => (
      <>
        <Sentence>7 of 18 people hold all 12 selected entitlements.</Sentence>
        <Table
          caption="Shares"
          rows={shares}
          keyOf={String}
          head={{ title: 'Share', cell: formatPercent, sum: 'Sum' }}
          columns={[
            { title: 'Of 1,000', cell: (share) => formatShare(Math.round(share * 1_000), 1_000) },
            { title: 'Of 7', cell: (share) => formatShare(Math.round(share * 7), 7), sum: formatShare(7, 7) },
            { title: 'Band', cell: (share) => <Band share={share} /> },
            { title: 'Bar', isWideOnly: true, cell: (share) => <ShareBar share={share} notch={0.8} /> },
            { title: 'Gains', isWideOnly: true, cell: (share) => <Gains count={share * 1_000} /> },
            { title: 'Losses', isWideOnly: true, cell: (share) => <Losses count={share * 1_000} /> },
          ]}
        />
        <p>
          <Band share={undefined} /> <TrendLine values={[1, 4, 2, 8]} goal={5} /> <TrendLine values={[3, 3]} />
        </p>
        <p>
          <Mail address={`${'long.'.repeat(20)}name@${'sub.'.repeat(20)}example.org`} />
        </p>
      </>
    ),
  },
  'a list with hard names, some in': { ready: 'Row 1', show: () => <Ticked rows={some} /> },
  'a list of 10,000': { ready: 'Mount the list', show: () => <Mounted rows={many} /> },
  'lists that wait, failed, or have nothing': {
    ready: 'Nobody here',
    show: () => (
      <>
        {waitingFailedNone.map(([title, part]) => (
          <ListPart key={title} label={title} asked={part} isEmpty nothing="Nobody here" above={<h2>{title}</h2>}>
            {null}
          </ListPart>
        ))}
        <Failed error={new ConnectError(hardNames[1], Code.InvalidArgument)} onRetry={() => {}} />
      </>
    ),
  },
  'a screen that is an empty list': {
    ready: 'There is none.',
    show: () => (
      <ListScreen
        title="Things"
        nouns={['thing', 'things']}
        asked={asked({})}
        items={[] as readonly Row[]}
        onMore={() => {}}
        keyOf={({ id }) => id}
        columns={columns}
        onOpen={() => {}}
        empty={<p>There is none.</p>}
      />
    ),
  },
  'fields and choices': {
    ready: 'Beside others',
    show: () => (
      <div className="stack">
        <NameField label="Name" value={hardNames[2]} onChange={() => {}} isRequired />
        <div className="filters">
          <NameField label="Beside others" value={hardNames[1]} onChange={() => {}} grows />
          <SelectField
            label="One of these"
            value="b"
            whole="any"
            options={[
              ['a', 'First'],
              ['b', hardNames[0]],
            ]}
            onChange={() => {}}
          />
        </div>
        <Choices
          legend="Which"
          options={[
            ['a', 'First'],
            ['b', hardNames[1]],
          ]}
          value="a"
          onChange={() => {}}
        />
        <Choices
          legend="Which, in a row"
          options={[
            ['a', 'This'],
            ['b', 'That'],
          ]}
          value="b"
          onChange={() => {}}
          inRow
        />
        <Answers yes="Yes, do it" onYes={() => {}} onNo={() => {}} isDisabled />
      </div>
    ),
  },
  'a question with a hard name': {
    ready: 'What happens',
    show: () => (
      <NameQuestion
        name="story"
        title={`Do it with ${hardNames[1]}?`}
        label="Name"
        proposed={hardNames[0]}
        yes="Do it"
        isOpen
        onClose={() => {}}
        onYes={async () => true}
      >
        <p>What happens: {hardNames[3]}</p>
      </NameQuestion>
    ),
  },
  'a question that asks for a name': {
    ready: 'to confirm',
    show: () => (
      <NamedFinalQuestion
        title="Delete it?"
        means={[`It takes away ${hardNames[1]}.`, 'It cannot be undone.']}
        named={hardNames[0]}
        yes="Delete it"
        isOpen
        onClose={() => {}}
        onYes={async () => undefined}
      />
    ),
  },
  'work in every state': { ready: 'is being cancelled', show: () => <WorkList work={work} label="Work" /> },
  'saved views, some and none': {
    ready: 'no view of this screen',
    answers: [answer(ViewService.method.listViews, ({ screen }) => ({ views: screen === '/candidates' ? views : [] }))],
    show: () => (
      <>
        <Opened screen="/candidates" />
        <Opened screen="/explore" />
      </>
    ),
  },
}

function Opened({ screen }: { readonly screen: string }) {
  return (
    <div
      ref={(place) => {
        const details = place?.querySelector('details')
        if (details) details.open = true
      }}
    >
      <SavedViews screen={screen} />
    </div>
  )
}
