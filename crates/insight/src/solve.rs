//! Systems of linear equations.

/// Solves `A·x = b` for a symmetric positive definite matrix, given by its lower triangle in rows; `b` becomes `x`. Returns
/// whether the matrix was positive definite.
pub(crate) fn cholesky(matrix: &mut [f64], right: &mut [f64], p: usize) -> bool {
    for i in 0..p {
        for j in 0..=i {
            let shared: f64 = (0..j).map(|k| matrix[i * p + k] * matrix[j * p + k]).sum();
            let rest = matrix[i * p + j] - shared;
            if i == j {
                if rest <= 0.0 || !rest.is_finite() {
                    return false;
                }
                matrix[i * p + i] = rest.sqrt();
            } else {
                matrix[i * p + j] = rest / matrix[j * p + j];
            }
        }
    }
    for i in 0..p {
        let shared: f64 = (0..i).map(|k| matrix[i * p + k] * right[k]).sum();
        right[i] = (right[i] - shared) / matrix[i * p + i];
    }
    for i in (0..p).rev() {
        let shared: f64 = (i + 1..p).map(|k| matrix[k * p + i] * right[k]).sum();
        right[i] = (right[i] - shared) / matrix[i * p + i];
    }
    true
}

#[test]
fn a_system_is_solved() {
    let mut matrix = [4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
    let mut right = [4.0 + 4.0 + 3.0, 2.0 + 10.0 + 9.0, 1.0 + 6.0 + 18.0];
    assert!(cholesky(&mut matrix, &mut right, 3));
    for (found, expected) in right.iter().zip([1.0, 2.0, 3.0]) {
        assert!((found - expected).abs() < 1e-12, "{right:?}");
    }
    assert!(!cholesky(&mut [0.0], &mut [1.0], 1));
}
