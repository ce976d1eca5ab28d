# Each target is the first command one needs; the work is in scripts/setup.py.
#   make run PORT=8060 COHORT=my-folder        make test ARGS="-k survival"
PYTHON ?= $(shell command -v python3 || command -v python)
ARGS ?=

ifeq ($(strip $(PYTHON)),)
$(error Cutline needs Python 3.11, 3.12, 3.13 or 3.14: install it, then try again)
endif

.PHONY: setup run test bench calibrate screenshots lint format lock

setup run test bench calibrate screenshots lint format lock:
	@$(PYTHON) scripts/setup.py $@ $(ARGS)
