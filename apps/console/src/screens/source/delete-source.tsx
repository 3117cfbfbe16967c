import type { Source } from '@assay/contracts/assay/source/v1/source_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { NamedFinalQuestion } from '../../kit/named-final-question.tsx'
import { showToast } from '../../shell/toast.tsx'
import { deleteSource, forgetSources } from './queries.ts'
import { texts } from './texts.ts'

/** Deletes a source. The question says what goes with it, and asks for the id of the source. */
export function DeleteSource({ source }: { readonly source: Source }) {
  const { id, displayName } = source
  const navigate = useNavigate()
  const [isAsking, ask] = useState(false)
  const confirm = async () => {
    const page = location.pathname
    const failure = await deleteSource(id)
    if (failure !== undefined) return failure
    showToast(texts.deleted(displayName || id))
    await forgetSources()
    // The user may have closed the question and gone to another screen.
    if (location.pathname === page) await navigate({ to: '/data' })
    return undefined
  }
  return (
    <p>
      <Button className="button" onPress={() => ask(true)}>
        {texts.delete}
      </Button>
      <NamedFinalQuestion
        title={texts.deleteTitle}
        means={[takes(source), texts.deleteMeans]}
        named={id}
        yes={texts.confirmDelete}
        isOpen={isAsking}
        onClose={() => ask(false)}
        onYes={confirm}
      />
    </p>
  )
}

function takes({ newestLoad, accountsOnly }: Source): string {
  if (newestLoad === undefined) return texts.deleteTakesNothing
  const { people = 0, accounts = 0, grants = 0n } = newestLoad.counts ?? {}
  return texts.deleteTakes(people, accounts, Number(grants), accountsOnly)
}
