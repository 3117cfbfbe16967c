import { type Delivery, Delivery_State as State } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatTime } from '../../kit/times.ts'
import { showToast } from '../../shell/toast.tsx'
import { useDeliveries, useReplayDelivery } from './queries.ts'
import { type StateName, stateNames } from './search.ts'
import { answerText, deliveryText, stateTitles, texts } from './texts.ts'

/** The type of an event above its subject. */
const rows: RowHeights = { comfortable: 56, dense: 52, narrow: 112 }

interface Props {
  readonly webhookId: string
  readonly state: StateName
  readonly mayChange: boolean
  /** The id of an event whose delivery is not listed yet. */
  readonly awaited: string | undefined
}

/** The deliveries with their results, the newest events first. */
export function Deliveries({ webhookId, state, mayChange, awaited }: Props) {
  const isNarrow = useNarrowList()
  const { items, more, hasNextPage, ...asked } = useDeliveries(webhookId, state, state === 'all' ? awaited : undefined)
  const again: Column<Delivery> = {
    key: 'again',
    title: texts.again,
    width: isNarrow ? '6.5rem' : '8rem',
    cell: (delivery) => delivery.state !== State.WAITING && <AgainButton webhookId={webhookId} delivery={delivery} />,
  }
  const shown = isNarrow ? [all] : [event, how, attempts, when, answer]
  return (
    <ListPart
      label={texts.deliveries}
      asked={asked}
      isEmpty={items.length === 0}
      nothing={texts.none[state]}
      above={
        <>
          <h2>{texts.deliveries}</h2>
          <nav className="tabs" aria-label={texts.states}>
            {stateNames.map((name) => (
              <Link
                key={name}
                className="tab"
                to="/settings/webhooks/$id"
                params={{ id: webhookId }}
                search={name === 'all' ? {} : { state: name }}
                data-selected={name === state ? '' : undefined}
                activeOptions={{ exact: true }}
              >
                {stateTitles[name]}
              </Link>
            ))}
          </nav>
          {items.length > 0 && <p>{kitTexts.listed(texts.count(items.length), hasNextPage)}</p>}
        </>
      }
    >
      <FittedList
        label={texts.deliveries}
        items={items}
        keyOf={({ eventId }) => eventId}
        columns={mayChange ? [...shown, again] : shown}
        rows={rows}
        besideRem={12}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

function AgainButton({ webhookId, delivery }: { readonly webhookId: string; readonly delivery: Delivery }) {
  const { eventId, eventType, subject } = delivery
  const { mutate: replay } = useReplayDelivery()
  return (
    <Button
      className="button"
      excludeFromTabOrder
      aria-label={texts.againNamed(eventType, subject)}
      onPress={() => replay({ webhookId, eventId }, { onSuccess: () => showToast(texts.isSentAgain) })}
    >
      {texts.again}
    </Button>
  )
}

const how: Column<Delivery> = {
  key: 'state',
  title: texts.columns.state,
  width: 'minmax(0, 2fr)',
  cell: (delivery) => <span className="grid-name">{deliveryText(delivery)}</span>,
}
const event: Column<Delivery> = {
  key: 'event',
  title: texts.columns.event,
  width: 'minmax(0, 3fr)',
  cell: (delivery) => (
    <>
      <span className="cut" title={delivery.eventType}>
        {delivery.eventType}
      </span>
      <bdi className="small muted cut" title={delivery.subject}>
        {delivery.subject}
      </bdi>
    </>
  ),
}
/** A phone has all of it in one column. */
const all: Column<Delivery> = {
  ...event,
  width: 'minmax(0, 1fr)',
  cell: (delivery) => (
    <>
      {event.cell(delivery)}
      <span className="small cut">{deliveryText(delivery)}</span>
      <bdi className="small muted cut">{answerText(delivery)}</bdi>
    </>
  ),
}
const attempts: Column<Delivery> = {
  key: 'attempts',
  title: texts.columns.attempts,
  width: '5rem',
  isNumber: true,
  cell: ({ attemptCount }) => attemptCount,
}
const when: Column<Delivery> = {
  key: 'when',
  title: texts.columns.when,
  width: 'minmax(0, 11rem)',
  cell: ({ lastAttemptTime }) => (lastAttemptTime === undefined ? texts.neverTried : formatTime(lastAttemptTime)),
}
const answer: Column<Delivery> = {
  key: 'answer',
  title: texts.columns.answer,
  width: 'minmax(0, 2fr)',
  cell: (delivery) => (
    <bdi className="grid-name" title={answerText(delivery)}>
      {answerText(delivery)}
    </bdi>
  ),
}
