# Times R's maxstat on the rows of a CSV (time, event, marker); benchmarks/cutoffs.py calls it.
# Arguments: the CSV, minprop, maxprop, resamples to time. Prints "name number ..." lines.
suppressMessages({
  library(survival)
  library(maxstat)
})
given <- commandArgs(TRUE)
rows <- read.csv(given[1])
n <- nrow(rows)
resamples <- as.integer(given[4])

searched <- function(data, pmethod, ...) {
  maxstat.test(Surv(time, event) ~ marker,
    data = data, smethod = "LogRank", pmethod = pmethod,
    minprop = as.numeric(given[2]), maxprop = as.numeric(given[3]), ...
  )
}

# Median seconds of one call. proc.time counts milliseconds, so short calls are made many times.
timed <- function(run, repeats = 3) {
  times <- 1
  elapsed <- function() system.time(for (i in seq_len(times)) run())[["elapsed"]]
  while ((first <- elapsed()) < 0.2) times <- 2 * times
  median(c(first, replicate(repeats - 1, elapsed()))) / times
}

say <- function(name, ...) cat(name, sprintf("%.17g", c(...)), "\n")

set.seed(1)
found <- searched(rows, "condMC", B = 9999)
say("statistic", found$statistic)
say("cut", found$estimate)
say("p", found$p.value)
for (b in 1:5) {
  drawn <- sample.int(n, replace = TRUE)
  say("drawn", drawn)
  say("drawn_cut", searched(rows[drawn, ], "none")$estimate)
}
say("lau92", timed(function() searched(rows, "Lau92"), 7))
say("condmc", timed(function() searched(rows, "condMC", B = 9999)))
loop <- function() {
  for (b in seq_len(resamples)) searched(rows[sample.int(n, replace = TRUE), ], "none")
}
say("resample", timed(loop) / resamples)
