import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { formatTime } from '../../kit/times.ts'
import { useMay } from '../../shell/rights.ts'
import { type Revising, reviseRoleModel } from './actions.ts'
import { RoleChanges } from './role-changes.tsx'
import { canBeRevised, revisionSentence, texts } from './texts.ts'

/** Brings a model to the data in force, and shows what its last revision changed. */
export function RevisionsTab({ model }: { readonly model: RoleModel }) {
  const mayMine = useMay('mine')
  // The number of revisions when the user asked for one more.
  const [before, setBefore] = useState<number>()
  const { id, revising, revision, lastRevision, errorMessage } = model
  const revise = (how: Revising) =>
    void reviseRoleModel(id, how).then((hasBegun) => setBefore(hasBegun ? revision : undefined))
  return (
    <>
      <section className="card stack" aria-label={texts.revise}>
        <h2>{texts.revise}</h2>
        <p>
          {lastRevision === undefined
            ? texts.neverRevised
            : revisionSentence(lastRevision, formatTime(lastRevision.reviseTime))}
        </p>
        <div role="status">
          {revising && <p>{texts.isRevising}</p>}
          {!revising && errorMessage !== '' && <p>{texts.reviseFailed(inReadingOrder(errorMessage))}</p>}
          {!revising && errorMessage === '' && before === revision && <p>{texts.nothingRevised}</p>}
        </div>
        {canBeRevised(model) ? mayMine && <Actions model={model} onRevise={revise} /> : <p>{texts.notRevised}</p>}
      </section>
      {revision > 0 && <RoleChanges key={revision} modelId={id} revision={revision} />}
    </>
  )
}

interface ActionsProps {
  readonly model: RoleModel
  readonly onRevise: (how: Revising) => void
}

/** Each asks first, because the earlier roles and the curve cannot be restored. */
function Actions({ model: { revising, follows }, onRevise }: ActionsProps) {
  const [asked, ask] = useState<Revising>()
  const follow: Revising = follows ? 'followNoMore' : 'follow'
  const close = () => ask(undefined)
  const { title, means, yes } = texts.revisions[asked ?? 'once']
  return (
    <>
      <div className="row">
        <Button className="button" isDisabled={revising} onPress={() => ask('once')}>
          {texts.revisions.once.button}
        </Button>
        <Button className="button" isDisabled={revising} onPress={() => ask(follow)}>
          {texts.revisions[follow].button}
        </Button>
      </div>
      {follows && <p className="small muted">{texts.follows}</p>}
      <FinalQuestion
        title={title}
        means={means}
        no={texts.cancel}
        yes={yes}
        isOpen={asked !== undefined}
        onClose={close}
        onYes={() => {
          close()
          if (asked !== undefined) onRevise(asked)
        }}
      />
    </>
  )
}
