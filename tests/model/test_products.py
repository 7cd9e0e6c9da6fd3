"""Products of which a row has the same bits with any number of other rows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from charlstm.model.products import MOST_ROWS, RowBlocks, fastest_form

SIZES = [(10, 40), (288, 1152), (512, 629)]


@pytest.mark.parametrize(("inputs", "outputs"), SIZES)
def test_a_row_is_the_same_in_every_block(inputs, outputs):
    torch.manual_seed(1)
    matrix = fastest_form(torch.randn(inputs, outputs))
    blocks = RowBlocks([matrix])
    row, other = torch.randn(1, inputs), torch.randn(300, inputs)
    expected = None
    for rows in (*range(1, 70, 3), 80, 96, MOST_ROWS, MOST_ROWS + 1, 300):
        sizes = blocks.of(rows)
        assert sum(sizes) >= rows
        assert sum(sizes[:-1]) < rows
        for size in set(sizes):
            for index in (0, size - 1):
                given = other[:size].clone()
                given[index] = row
                sums = torch.ones(size, outputs)
                torch.addmm(sums, given, matrix, out=sums)
                expected = sums[index] if expected is None else expected
                assert torch.equal(sums[index], expected)


def test_both_forms_are_the_matrix():
    matrix = torch.randn(12, 40)
    for given in (matrix, matrix.T.contiguous().T):
        assert torch.equal(fastest_form(given), matrix)


class Processor(RowBlocks):
    """A processor on which these numbers of rows are alike, and no others."""

    def __init__(self, *classes: range) -> None:
        self.classes = classes
        super().__init__([])

    def is_alike(self, count: int, most: int) -> bool:
        return any(count in one and most in one for one in self.classes)


@pytest.mark.parametrize(
    ("classes", "blocks"),
    [
        ([range(4, 129, 4)], {1: [4], 5: [8], 33: [36], 128: [128], 130: [128, 4]}),
        ([range(16, 129, 4)], {1: [16], 17: [20], 129: [128, 16]}),
        ([range(4, 65, 12), range(80, 129, 4)], {1: [4], 5: [16], 60: [64], 70: [64, 16]}),
        ([range(128, 129)], {1: [64], 65: [64, 64]}),
    ],
)
def test_rows_are_padded_or_divided_into_blocks_that_are_alike(classes, blocks):
    processor = Processor(*classes)
    assert {rows: processor.of(rows) for rows in blocks} == blocks


@pytest.mark.slow
def test_a_processor_with_avx2_alone_has_blocks_too():
    program = (
        "import torch; from tests.model.test_products import *;"
        "[test_a_row_is_the_same_in_every_block(*size) for size in SIZES]"
    )
    held = {"MKL_ENABLE_INSTRUCTIONS": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    subprocess.run([sys.executable, "-c", program], env=os.environ | held, check=True)
