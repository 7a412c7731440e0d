/** Reading a text takes longer than anybody would wait for it. */
class BudgetSpent extends Error {}

/** The longest that one update of one text may take, in milliseconds; far more than any text that means something needs. */
export const budget_ms = 2000;

let deadline = Infinity;

/** Run `work`, in which `checkBudget` throws once it has taken too long. */
export function withinBudget<Result>(work: () => Result, longest_ms = budget_ms): Result {
  deadline = performance.now() + longest_ms;
  try {
    return work();
  } finally {
    deadline = Infinity;
  }
}

/** Throw `BudgetSpent` where the time is over. */
export function checkBudget(): void {
  if (performance.now() > deadline) throw new BudgetSpent();
}
