// What pages and walls have in common in these tests: figures as a server sends them, and its sentences.
export const FIGURES = { now: 1_800_000_000_000, age: 1, seen: "20:31", every: 5, error: "", text: "", note: "", build: "x" };

export const SAYS = {
  "data-units": "s m h d",
  "data-say-fresh": "Updated {age} ago",
  "data-say-seen": "{age} at {time}",
  "data-say-late": "Not updated for {age}",
  "data-say-dead": "No answer; figures {age} old",
  "data-say-silent": "No answer",
  "data-say-never": "No figures yet",
};
