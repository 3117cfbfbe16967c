import { PendingTask_Kind as Kind, type PendingTask } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { ShowMore } from '../../kit/show-more.tsx'
import { useMay } from '../../shell/rights.ts'
import { PersonLink } from '../person/person-link.tsx'
import { resolveTask, useTasks } from './tasks.ts'
import { texts } from './texts.ts'

/** The changes of members that the rule of a profile asks for, each with its two answers. */
export function TasksCard({ accessProfileId }: { readonly accessProfileId: string }) {
  const { items, more, hasNextPage, error, refetch } = useTasks(accessProfileId)
  return (
    <section className="card" aria-label={texts.tasks}>
      <h2>{texts.tasks}</h2>
      <p className="small muted">{texts.tasksMean}</p>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="stack-tight">
        {items.map((task) => (
          <Task key={task.id} task={task} />
        ))}
      </ul>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </section>
  )
}

function Task({ task }: { readonly task: PendingTask }) {
  const mayDecide = useMay('decide')
  const name = task.identityDisplayName || task.identityId
  const answer = (words: string, isYes: boolean) => (
    <Button className="button" aria-label={texts.answerTo(words, name)} onPress={() => void resolveTask(task, isYes)}>
      {words}
    </Button>
  )
  return (
    <li className="row">
      <span>
        <PersonLink id={task.identityId} name={name} />{' '}
        <span className="muted">{task.kind === Kind.ENROL ? texts.wouldJoin : texts.wouldLeave}</span>
      </span>
      {mayDecide && answer(texts.approve, true)}
      {mayDecide && answer(texts.decline, false)}
    </li>
  )
}
